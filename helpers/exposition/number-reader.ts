import { LINE_FEED, SPACE, skipToken, TAB } from './bytes.ts';

const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const realNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const infinity = /^[+-]?inf(?:inity)?$/i;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const LOWER_E = 0x65;
const LONGEST_NUMBER = 400;

/** Parses the value of a sample, without creating a string if the result is exact. */
export class NumberReader {
  value = 0;

  /**
   * Parses the token at `at`, up to a blank or the line feed. Returns the index after it, or -1 if it is not a number. Numbers are the
   * same in both formats: OpenMetrics' grammar is what Prometheus accepts of Go's ParseFloat.
   */
  read(bytes: Buffer, at: number): number {
    let end = at;
    let byte = bytes[end] as number;
    const negative = byte === MINUS;
    if (negative || byte === PLUS) byte = bytes[++end] as number;
    const firstDigit = end;
    let digits = 0;
    while (byte >= ZERO && byte <= ZERO + 9) {
      digits = digits * 10 + (byte - ZERO);
      byte = bytes[++end] as number;
    }
    let count = end - firstDigit;
    let exponent = 0;
    if (byte === DOT) {
      const firstDecimal = end + 1;
      byte = bytes[++end] as number;
      while (byte >= ZERO && byte <= ZERO + 9) {
        digits = digits * 10 + (byte - ZERO);
        byte = bytes[++end] as number;
      }
      count += end - firstDecimal;
      exponent = firstDecimal - end;
    }
    if ((byte | 0x20) === LOWER_E && count > 0) {
      byte = bytes[++end] as number;
      const down = byte === MINUS;
      if (down || byte === PLUS) byte = bytes[++end] as number;
      const firstOfExponent = end;
      let power = 0;
      while (byte >= ZERO && byte <= ZERO + 9 && power < 1000) {
        power = power * 10 + (byte - ZERO);
        byte = bytes[++end] as number;
      }
      if (end === firstOfExponent) return -1;
      exponent += down ? -power : power;
    }
    // Fifteen digits and powers of ten up to 22 are exact as doubles, so one operation rounds like parsing the text.
    if (count === 0 || count > 15 || exponent > 22 || exponent < -22) return this.#readText(bytes, at);
    if (byte !== LINE_FEED && byte !== SPACE && byte !== TAB) return -1;
    let value = digits;
    if (exponent > 0) value *= powersOfTen[exponent] as number;
    else if (exponent < 0) value /= powersOfTen[-exponent] as number;
    this.value = negative ? -value : value;
    return end;
  }

  #readText(bytes: Buffer, at: number): number {
    const end = skipToken(bytes, at);
    if (end - at > LONGEST_NUMBER) return -1;
    const value = numberOf(bytes.toString('latin1', at, end));
    if (value === undefined) return -1;
    this.value = value;
    return end;
  }
}

/** Parses a number of an exposition, such as the value of `le` or `quantile`; undefined if it is not a number. */
export function numberOf(text: string): number | undefined {
  if (realNumber.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  if (infinity.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** Whether a text is a timestamp: whole milliseconds in the text format, seconds as a real number in OpenMetrics. */
export function isTimestamp(text: string, format: 'text' | 'openmetrics'): boolean {
  if (format === 'openmetrics') return realNumber.test(text) && Number.isFinite(Number(text));
  return /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''));
}
