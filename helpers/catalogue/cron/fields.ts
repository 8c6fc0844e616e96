/**
 * The library that parses a cron expression: robfig/cron before 2.19, as in Kubernetes, and netresearch/go-cron from 2.19 on.
 * Their differences are commented where they matter.
 */
export type CronLibrary = 'robfig' | 'netresearch';

/** The values that match one of the five fields, and whether it is a star, which restricts nothing. */
export interface Field {
  readonly values: ReadonlySet<number>;
  readonly star: boolean;
}

export interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = { min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') };
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

/** Parses five fields; undefined if the library rejects them. Source: crontab(5), and the libraries' documentation. */
export function parseFields(text: string, library: CronLibrary): Fields | undefined {
  const parts = text.split(/\s+/).filter((part) => part !== '');
  const [minute, hour, dayOfMonth, month, dayOfWeek] = parts;
  if (parts.length !== 5) return undefined;
  // For netresearch Sunday is 0 and 7, so `5/2` includes Sunday; for robfig it does not.
  const weekdays: Bounds = { min: 0, max: library === 'netresearch' ? 7 : 6, names: WEEKDAYS };
  const fields = {
    minute: parseField(minute ?? '', MINUTES, library),
    hour: parseField(hour ?? '', HOURS, library),
    dayOfMonth: parseField(dayOfMonth ?? '', DAYS, library),
    month: parseField(month ?? '', MONTHS, library),
    dayOfWeek: sundayAsZero(parseField(dayOfWeek ?? '', weekdays, library)),
  };
  return isComplete(fields) ? fields : undefined;
}

function isComplete(fields: { readonly [name in keyof Fields]: Field | undefined }): fields is Fields {
  return Object.values(fields).every((field) => field !== undefined);
}

function sundayAsZero(field: Field | undefined): Field | undefined {
  return field && { values: new Set([...field.values].map((day) => day % 7)), star: field.star };
}

function parseField(text: string, bounds: Bounds, library: CronLibrary): Field | undefined {
  const values = new Set<number>();
  let star = false;
  for (const expression of text.split(',').filter((part) => part !== '')) {
    const range = parseRange(expression, bounds, library);
    if (range === undefined) return undefined;
    for (const number of range.values) values.add(number);
    star ||= range.star;
  }
  return { values, star };
}

/** `*`, `?`, `5`, `1-5` or `mon-fri`, with an optional step; `5/10` extends to the end of the field. */
function parseRange(text: string, bounds: Bounds, library: CronLibrary): Field | undefined {
  const [range = '', stepText, ...moreSlashes] = text.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  const isStar = low === '*' || low === '?';
  const step = stepText === undefined ? 1 : integer(stepText);
  const start = isStar ? bounds.min : numberOrName(low, bounds);
  const openEnded = isStar || (high === undefined && stepText !== undefined);
  const end = openEnded ? bounds.max : high === undefined ? start : numberOrName(high, bounds);
  if (moreSlashes.length > 0 || (!isStar && moreHyphens.length > 0)) return undefined;
  if (!step || start === undefined || end === undefined || start < bounds.min || end > bounds.max) return undefined;
  const size = bounds.max - bounds.min + 1;
  const last = end < start ? end + size : end;
  if (library === 'robfig' && last !== end) return undefined;
  // `*/60` minutes is the full hour for robfig; netresearch rejects it.
  if (library === 'netresearch' && step > 1 && step >= last - start + 1) return undefined;

  const values = new Set<number>();
  for (let number = start; number <= last; number += step) values.add(number > bounds.max ? number - size : number);
  return { values, star: isStar && step === 1 };
}

function numberOrName(text: string, bounds: Bounds): number | undefined {
  const index = bounds.names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? integer(text) : index + bounds.min;
}

function integer(text: string): number | undefined {
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}
