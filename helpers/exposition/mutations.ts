/** Numbers from 0 to below 1 that look drawn by lot and are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes and words that mean something in an exposition, or nearly. */
const telling = [
  '"',
  '\\',
  '\\n',
  '\\x',
  '{',
  '}',
  ',',
  '=',
  ' ',
  '\t',
  '\r',
  '\n',
  '#',
  '# ',
  ' # {} 1',
  '<html>\n',
  'NaN',
  '1e',
  '-',
  '.',
];
const wrong = [Buffer.of(0x00), Buffer.of(0xff), Buffer.of(0xc3), Buffer.from('ä'), Buffer.from('\ufeff')];
const lines = ['# EOF\n', '# TYPE a gauge\n', '# HELP a \n', 'a_bucket{le="1"} 1\n', 'a 1 2 3\n', '\n', '#\n'];
const inserted = [...telling, ...lines].map((text) => Buffer.from(text)).concat(wrong);

/** Changes an exposition in one to four places: bytes lost, put in, or moved, lines twice or elsewhere, the end cut off. */
export function mutated(bytes: Buffer, random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  let result = bytes;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(result.length + 1);
    const to = Math.min(result.length, at + below(12));
    const lineStart = result.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
    const lineEnd = result.indexOf('\n', at) + 1 || result.length;
    const elsewhere = result.indexOf('\n', below(result.length + 1)) + 1;
    const put = inserted[below(inserted.length)] as Buffer;
    const kinds: readonly (() => readonly Buffer[])[] = [
      () => [result.subarray(0, at), result.subarray(to)],
      () => [result.subarray(0, at), put, result.subarray(at)],
      () => [result.subarray(0, at), put, result.subarray(to)],
      () => [result.subarray(0, lineEnd), result.subarray(lineStart)],
      () => [result.subarray(0, elsewhere), result.subarray(lineStart, lineEnd), result.subarray(elsewhere)],
      () => [result.subarray(0, at)],
    ];
    result = Buffer.concat((kinds[below(kinds.length)] as () => readonly Buffer[])());
  }
  return result;
}
