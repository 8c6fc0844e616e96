import type { Context } from './table.ts';

/** A quantity as apimachinery keeps it: a 64-bit integer times a power of ten where that is enough, else a decimal of any size. */
interface Parsed {
  readonly unscaled: bigint;
  /** The power of ten that the integer is multiplied with. */
  readonly exponent: number;
  readonly wide: boolean;
}

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
const DECIMAL_SUFFIXES = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const NANO = -9;
const MILLI = -3;
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_MILLI_VALUE = MAX_INT64 / 1000n;
const REMEMBERED = 4096;

const remembered = new Map<string, Parsed>();

/**
 * A quantity in its own unit (cores, bytes, a count) with the precision of a thousandth, rounded up: what the exporter
 * tells of CPU, of a node's resources, of quotas, limit ranges and autoscaler targets.
 * Beyond 2^63 thousandths releases before 2.14 overflow, and this follows them when it is given the context.
 * @throws an Error that names the text when it is not a quantity.
 */
export function quantity(text: string | number, context?: Context): number {
  const parsed = read(text);
  const checksOverflow = context === undefined || context.since('2.14');
  if (checksOverflow) {
    const whole = scaled(parsed, 0);
    if (whole > MAX_MILLI_VALUE) return Number(whole);
  }
  return Number(scaled(parsed, MILLI)) / 1000;
}

/** Cores, exact to a thousandth. The same rule as `quantity`; the name says what is read. */
export function cpuQuantity(text: string | number, context?: Context): number {
  return quantity(text, context);
}

/**
 * A quantity as a whole number, rounded away from zero: what the exporter tells of a container's memory and of its
 * other resources but CPU, and of the storage of volumes and claims.
 * @throws an Error that names the text when it is not a quantity.
 */
export function integerQuantity(text: string | number): number {
  return Number(scaled(read(text), 0));
}

function read(text: string | number): Parsed {
  const key = String(text);
  const known = remembered.get(key);
  if (known) return known;
  const parsed = parse(key);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, parsed);
  return parsed;
}

function parse(text: string): Parsed {
  const [, sign = '', whole = '', fraction = '', suffix = ''] = SHAPE.exec(text.trim()) ?? unreadable(text);
  if (whole === '' && fraction === '') unreadable(text);
  const negative = sign === '-';
  const digits = BigInt(`${whole}${fraction}` || '0');
  const signed = negative ? -digits : digits;
  const significant = whole.replace(/^0+/, '').length || 1;
  const binary = BINARY_SUFFIXES.get(suffix);
  if (binary !== undefined) return parseBinary(signed, fraction.length, significant, binary);

  const power = decimalPower(suffix);
  if (power === undefined) return unreadable(text);
  const exponent = power - fraction.length;
  const narrow = significant + fraction.length <= 18 && exponent >= NANO;
  return narrow ? { unscaled: signed, exponent, wide: false } : atLeastNano({ unscaled: signed, exponent, wide: true });
}

function parseBinary(signed: bigint, fractionDigits: number, significant: number, shift: number): Parsed {
  const unscaled = signed * 2n ** BigInt(shift);
  const precision = 15 - significant - Math.trunc((shift * 3) / 10) - 1;
  if (fractionDigits === 0 && precision >= 0) return { unscaled, exponent: 0, wide: false };
  const wide = atLeastNano({ unscaled, exponent: -fractionDigits, wide: true });
  const whole = wide.unscaled / 10n ** BigInt(-wide.exponent);
  if (whole >= MAX_INT64) return { unscaled: MAX_INT64, exponent: 0, wide: true };
  return wide;
}

function decimalPower(suffix: string): number | undefined {
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  return exponent === undefined ? DECIMAL_SUFFIXES.get(suffix) : Number(exponent);
}

/** Nothing is kept below a billionth: it is rounded away from zero. */
function atLeastNano(parsed: Parsed): Parsed {
  if (parsed.exponent >= NANO) return parsed;
  return { unscaled: roundedAway(parsed.unscaled, NANO - parsed.exponent), exponent: NANO, wide: true };
}

/** The value in units of ten to the power of `unit`, with the overflow of the 64-bit integer that the exporter computes with. */
function scaled(parsed: Parsed, unit: number): bigint {
  const shift = parsed.exponent - unit;
  if (shift < 0) return BigInt.asIntN(64, roundedAway(parsed.unscaled, -shift));
  const result = parsed.unscaled * 10n ** BigInt(shift);
  if (BigInt.asIntN(64, result) === result) return result;
  return parsed.wide ? BigInt.asIntN(64, result) : 0n;
}

function roundedAway(unscaled: bigint, places: number): bigint {
  const divisor = 10n ** BigInt(places);
  const quotient = unscaled / divisor;
  if (unscaled % divisor === 0n) return quotient;
  return unscaled < 0n ? quotient - 1n : quotient + 1n;
}

function unreadable(text: string): never {
  throw new Error(`"${text}" is not a Kubernetes quantity: wanted something like 1500M, 1.5Gi or 100m.`);
}
