/** The bytes that mean something in an exposition. */
export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const LOWER_N = 0x6e;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;

const LABEL_NAME_START = 1;
const LABEL_NAME = 2;
const METRIC_NAME_START = 4;
const METRIC_NAME = 8;

/** For each byte, where in a name it may stand. A table, as it is asked for every byte of every new name. */
const classes = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z_]/.test(character)) classes[byte] = LABEL_NAME_START | LABEL_NAME | METRIC_NAME_START | METRIC_NAME;
  if (/[0-9]/.test(character)) classes[byte] = LABEL_NAME | METRIC_NAME;
  if (character === ':') classes[byte] = METRIC_NAME_START | METRIC_NAME;
}

export function endsMetricName(byte: number): boolean {
  return ((classes[byte] as number) & METRIC_NAME) === 0;
}

/** The index after the metric name that begins at `at`; `at` itself if none begins there. */
export function skipMetricName(bytes: Uint8Array, at: number): number {
  if (((classes[bytes[at] as number] as number) & METRIC_NAME_START) === 0) return at;
  let end = at + 1;
  while (((classes[bytes[end] as number] as number) & METRIC_NAME) !== 0) end++;
  return end;
}

/** The index after the label name that begins at `at`; `at` itself if none begins there. */
export function skipLabelName(bytes: Uint8Array, at: number): number {
  if (((classes[bytes[at] as number] as number) & LABEL_NAME_START) === 0) return at;
  let end = at + 1;
  while (((classes[bytes[end] as number] as number) & LABEL_NAME) !== 0) end++;
  return end;
}

/** The index of the first byte from `at` on that is neither a space nor a tab. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] === SPACE || bytes[end] === TAB) end++;
  return end;
}

/** The index after the token that begins at `at`: a blank or the line feed. */
export function skipToken(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== SPACE && bytes[end] !== TAB && bytes[end] !== LINE_FEED) end++;
  return end;
}

/** What stands from `at` to the end of the token, for a message: quoted, at most 40 bytes of it. */
export function seen(bytes: Buffer, at: number): string {
  const end = skipToken(bytes, at);
  if (end === at) return bytes[at] === LINE_FEED ? 'the end of the line' : 'a blank';
  const text = bytes.toString('utf8', at, Math.min(end, at + 40));
  return JSON.stringify(end > at + 40 ? `${text}…` : text);
}

/** One round of FNV-1a, the hash over bytes that costs one multiplication a byte. */
export const HASH_SEED = 0x811c9dc5 | 0;
export const HASH_PRIME = 0x01000193;

export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), HASH_PRIME);
  return hash;
}

/** Spreads a hash over all its bits (the finaliser of MurmurHash3), so that sums of hashes stay apart. */
export function spread(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
