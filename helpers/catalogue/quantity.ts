import type { Context } from './table.ts';

/** A quantity in apimachinery's representation: a 64-bit integer times a power of ten, or (`wide`) a decimal of any size. */
interface Parsed {
  readonly unscaled: bigint;
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
const CACHE_SIZE = 4096;

/** The powers of ten for which apimachinery's multiplication overflows; for the others it returns 0 on overflow. */
const OVERFLOWING_POWERS = new Set([1, 2, 3, 6, 9]);

const cache = new Map<string, Parsed>();

/**
 * A quantity in its own unit (cores, bytes, a count), rounded up to a thousandth: for CPU, a node's resources, quotas, limit
 * ranges and autoscaler targets.
 * @param context reproduces the overflow beyond 2^63 thousandths of releases before 2.14
 * @throws an Error with the text if it is not a quantity.
 */
export function quantity(text: string | number, context?: Context): number {
  const parsed = parseCached(text);
  const checksOverflow = context === undefined || context.since('2.14');
  if (checksOverflow) {
    const whole = scaled(parsed, 0);
    if (whole > MAX_MILLI_VALUE) return Number(whole);
  }
  return Number(scaled(parsed, MILLI)) / 1000;
}

/** CPU in cores, by the rule of `quantity`. */
export function cpuQuantity(text: string | number, context?: Context): number {
  return quantity(text, context);
}

/**
 * A quantity as a whole number, rounded away from zero: for a container's resources except CPU, and for the storage of
 * volumes and claims.
 * @throws an Error with the text if it is not a quantity.
 */
export function integerQuantity(text: string | number): number {
  return Number(scaled(parseCached(text), 0));
}

/**
 * A quantity as a float: for an autoscaler's tolerance.
 * Source: apimachinery's AsApproximateFloat64, a product whose last digit may differ from that of a quotient.
 */
export function approximateQuantity(text: string | number): number {
  const { unscaled, exponent } = parseCached(text);
  return Number(unscaled) * Number(`1e${exponent}`);
}

function parseCached(text: string | number): Parsed {
  const key = String(text);
  const cached = cache.get(key);
  if (cached) return cached;
  const parsed = parse(key);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, parsed);
  return parsed;
}

function parse(text: string): Parsed {
  const [, sign = '', whole = '', fraction = '', suffix = ''] = SHAPE.exec(text.trim()) ?? invalidQuantity(text);
  if (whole === '' && fraction === '') invalidQuantity(text);
  const negative = sign === '-';
  const digits = BigInt(`${whole}${fraction}` || '0');
  const signed = negative ? -digits : digits;
  const significant = whole.replace(/^0+/, '').length || 1;
  const binary = BINARY_SUFFIXES.get(suffix);
  if (binary !== undefined) return parseBinary(signed, fraction.length, significant, binary);

  const power = decimalPower(suffix);
  if (power === undefined) return invalidQuantity(text);
  const exponent = power - fraction.length;
  const narrow = significant + fraction.length <= 18 && exponent >= NANO;
  return narrow ? { unscaled: signed, exponent, wide: false } : inNanos(signed, exponent);
}

function parseBinary(signed: bigint, fractionDigits: number, significant: number, shift: number): Parsed {
  const unscaled = signed * 2n ** BigInt(shift);
  const precision = 15 - significant - Math.trunc((shift * 3) / 10) - 1;
  if (fractionDigits === 0 && precision >= 0) return { unscaled, exponent: 0, wide: false };
  const wide = inNanos(unscaled, -fractionDigits);
  const limit = MAX_INT64 * 10n ** 9n;
  if (wide.unscaled > limit) return { unscaled: MAX_INT64, exponent: 0, wide: true };
  if (wide.unscaled < -limit) return { unscaled: -MAX_INT64, exponent: 0, wide: true };
  return wide;
}

function decimalPower(suffix: string): number | undefined {
  const exponent = /^[eE]([-+]?\d+)$/.exec(suffix)?.[1];
  return exponent === undefined ? DECIMAL_SUFFIXES.get(suffix) : Number(exponent);
}

/** A decimal in billionths, for a number that does not fit 64 bits; smaller fractions are rounded away from zero. */
function inNanos(unscaled: bigint, exponent: number): Parsed {
  const shift = exponent - NANO;
  const nanos = shift < 0 ? roundedAway(unscaled, -shift) : unscaled * 10n ** BigInt(shift);
  return { unscaled: nanos, exponent: NANO, wide: true };
}

/** The value in units of ten to the power of `unit`, with the overflow of the 64-bit integer that the exporter computes with. */
function scaled(parsed: Parsed, unit: number): bigint {
  const shift = parsed.exponent - unit;
  if (parsed.wide) return shift < 0 ? dividedWide(parsed.unscaled, -shift) : int64(int64(parsed.unscaled) * 10n ** BigInt(shift));
  if (shift <= 0) return roundedAway(parsed.unscaled, -shift);
  const result = parsed.unscaled * 10n ** BigInt(shift);
  if (int64(result) === result || OVERFLOWING_POWERS.has(shift)) return int64(result);
  return 0n;
}

/** apimachinery adds 1 to any quotient with a remainder, and takes the lowest 64 bits of a small dividend. */
function dividedWide(unscaled: bigint, places: number): bigint {
  const divisor = 10n ** BigInt(places);
  const dividend = unscaled < MAX_INT64 ? int64(unscaled) : unscaled;
  const quotient = dividend / divisor;
  return int64(dividend % divisor === 0n ? quotient : quotient + 1n);
}

function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function roundedAway(unscaled: bigint, places: number): bigint {
  const divisor = 10n ** BigInt(places);
  const quotient = unscaled / divisor;
  if (unscaled % divisor === 0n) return quotient;
  return unscaled < 0n ? quotient - 1n : quotient + 1n;
}

function invalidQuantity(text: string): never {
  throw new Error(`"${text}" is not a Kubernetes quantity: expected something like 1500M, 1.5Gi or 100m.`);
}

/** The unit of a compute resource, in the `unit` label. */
export type Unit = 'core' | 'byte' | 'integer';

const BYTES = new Set(['memory', 'storage', 'ephemeral-storage']);
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A compute resource's name in the `resource` label: `nvidia.com/gpu` becomes `nvidia_com_gpu`. */
export function resourceLabel(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * The units in which the exporter exposes a compute resource of a container or a node; none if it does not expose it.
 * Only a node has the resource `pods`.
 */
export function resourceUnits(name: string, owner: 'container' | 'node' = 'container'): readonly Unit[] {
  if (name === 'cpu') return ['core'];
  if (BYTES.has(name)) return ['byte'];
  if (name === 'pods' && owner === 'node') return ['integer'];
  const units: Unit[] = [];
  if (name.startsWith('hugepages-')) units.push('byte');
  if (name.startsWith('attachable-volumes-')) units.push('byte');
  if (isExtendedResource(name)) units.push('integer');
  return units;
}

/** Whether the name is an extended resource: outside Kubernetes' own domain and valid in a quota. Source: Kubernetes' IsExtendedResourceName. */
export function isExtendedResource(name: string): boolean {
  const slash = name.indexOf('/');
  if (slash < 0 || name.includes('kubernetes.io/') || name.startsWith('requests.')) return false;
  const domain = `requests.${name.slice(0, slash)}`;
  return domain.length <= 253 && DNS_SUBDOMAIN.test(domain) && QUALIFIED_NAME.test(name.slice(slash + 1));
}
