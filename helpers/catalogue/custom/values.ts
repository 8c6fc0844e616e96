import { writeValue } from '../../go-number.ts';
import { approximateQuantity } from '../quantity.ts';
import type { Context } from '../table.ts';
import { type Condition, conditionOf, type Path } from './config.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What releases before 2.20 use as the value of an index that is out of range. */
class OutOfRange {
  readonly text: string;

  constructor(part: string) {
    this.text = `list index out of range: ${part}`;
  }
}

/**
 * The value at a path in an object; undefined for none, and for null.
 * Source: compilePath in the exporter's pkg/customresourcestate/registry_factory.go.
 */
export function valueAt(path: Path, object: unknown, context: Context): unknown {
  let value = object;
  for (const part of path) {
    if (isNil(value)) return undefined;
    const condition = conditionOf(part);
    value = condition ? itemWith(condition, value, context) : keyOrIndex(part, value, context);
  }
  return value ?? undefined;
}

function itemWith({ key, expected }: Condition, value: unknown, context: Context): unknown {
  return Array.isArray(value) ? value.find((item) => hasValue(item, key, expected, context)) : undefined;
}

function hasValue(item: unknown, key: string, expected: string, context: Context): boolean {
  if (!isFields(item) || !Object.hasOwn(item, key)) return false;
  const actual = item[key];
  if (actual === expected) return true;
  const number = numberOf(expected, context);
  if (number !== undefined && numberOf(actual, context) === number) return true;
  return typeof actual === 'boolean' && goBoolean(expected) === actual;
}

function keyOrIndex(part: string, value: unknown, context: Context): unknown {
  if (isFields(value)) {
    const [key = '', expected, ...more] = part.split('=');
    const isPair = expected !== undefined && more.length === 0;
    return isPair && own(value, key) === expected ? expected : own(value, part);
  }
  if (!Array.isArray(value) || !/^[-+]?\d+$/.test(part)) return undefined;
  const index = Number(part) < 0 ? Number(part) + value.length : Number(part);
  if (index < 0 || index >= value.length) return context.since('2.20') ? undefined : new OutOfRange(part);
  return value[index];
}

/**
 * A value as a number: booleans and the words of a condition's status, RFC 3339 times in seconds, quantities, percentages as fractions.
 * Undefined for anything else, and for null. Source: toFloat64 in the exporter's registry_factory.go.
 */
export function numberOf(value: unknown, context: Context): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? numberIn(value, context) : undefined;
}

function numberIn(text: string, context: Context): number | undefined {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'yes') return 1;
  if (word === 'false' || word === 'no' || (word === 'unknown' && context.since('2.14'))) return 0;
  return goTime(text) ?? quantityIn(text) ?? percentage(text) ?? goFloat(text);
}

function quantityIn(text: string): number | undefined {
  // White space around a quantity is ignored by the quantity's parser, but not by the exporter's, where a suffix without digits is 0.
  if (text === '' || text !== text.trim()) return undefined;
  try {
    return approximateQuantity(text.replace(/^([-+]?)(?=\.?(?![\d.]))/, '$10'));
  } catch {
    return undefined;
  }
}

function percentage(text: string): number | undefined {
  return /^\d+%$/.test(text) ? Number(text.slice(0, -1)) / 100 : undefined;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|([-+])(\d\d):(\d\d))$/;

/** Whole seconds since 1970 of a time that Go's time.RFC3339 accepts. */
function goTime(text: string): number | undefined {
  const [, year, month, day, hour, minute, second, sign, offsetHours = 0, offsetMinutes = 0] = TIME.exec(text) ?? [];
  if (year === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHours) > 24 || Number(offsetMinutes) > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60);
  return date.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offset;
}

/** A number as Go's strconv.ParseFloat accepts it, beyond what is a quantity; undefined if it is out of range. */
function goFloat(text: string): number | undefined {
  const [, sign, word = ''] = /^([-+]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word.toLowerCase() === 'nan') return sign === '' ? Number.NaN : undefined;
  if (word !== '') return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (MISPLACED_UNDERSCORE.test(text)) return undefined;
  const digits = text.replaceAll('_', '');
  const hexadecimal = hexadecimalFloat(digits);
  if (hexadecimal !== undefined) return hexadecimal;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(digits)) return undefined;
  const number = Number(digits);
  return Number.isFinite(number) ? number : undefined;
}

/** An underscore that is not between digits, nor between the prefix of a hexadecimal number and a digit. */
const MISPLACED_UNDERSCORE = /(?<![\da-fx])_|_(?![\da-f])|^[-+]?\d*_?[a-f]/i;

function hexadecimalFloat(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', power] = /^([-+]?)0x([\da-f]*)\.?([\da-f]*)p([-+]?\d+)$/i.exec(text) ?? [];
  if (power === undefined || whole + fraction === '') return undefined;
  const number = Number.parseInt(`${whole}${fraction}`, 16) * 2 ** (Number(power) - 4 * fraction.length);
  if (!Number.isFinite(number)) return undefined;
  return sign === '-' ? -number : number;
}

function goBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** A value as Go's `%v` writes it, which is how the exporter makes a label of it: `<nil>`, `[a b]`, `map[a:1]`. */
export function goText(value: unknown): string {
  if (isNil(value)) return '<nil>';
  if (value instanceof OutOfRange) return value.text;
  if (typeof value === 'number') return goNumber(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isFields(value)) return String(value);
  const keys = Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
}

/** Whole numbers of the API are Go's int64 unless they are too big for it. */
function goNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? String(BigInt(value)) : writeValue(value);
}

/** A mapping's own value for a key; undefined if it has none. */
function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof OutOfRange);
}
