import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticExposition } from './benchmark.ts';
import { checkExposition } from './check.ts';
import type { Format, Sample, Violation } from './model.ts';
import { type ReadExposition, readExposition, type SeriesVisitor, scanExposition } from './read.ts';
import { compareReaders } from './second-reader.ts';
import { SeriesDigest } from './series-digest.ts';

const ROUNDS = 600;

const telemetry = [
  '# HELP http_request_duration_seconds How long requests took.',
  '# TYPE http_request_duration_seconds histogram',
  'http_request_duration_seconds_bucket{handler="metrics",le="0.005"} 0',
  'http_request_duration_seconds_bucket{handler="metrics",le="+Inf"} 7',
  'http_request_duration_seconds_sum{handler="metrics"} 0.25',
  'http_request_duration_seconds_count{handler="metrics"} 7',
  '# TYPE go_gc_duration_seconds summary',
  'go_gc_duration_seconds{quantile="0.5"} 2.5e-05',
  'go_gc_duration_seconds_sum 0.1',
  'go_gc_duration_seconds_count 12',
  '',
].join('\n');

const openMetrics = [
  '# HELP requests Requests \\"in\\" total.',
  '# TYPE requests counter',
  'requests_total{code="200"} 3 1700000000.5 # {trace="a"} 0.5',
  'requests_created{code="200"} 1600000000',
  '# TYPE phase stateset',
  'phase{phase="on"} 1',
  'phase{phase="off"} 0',
  '# TYPE build info',
  'build_info{version="1",note="\\\\"} 1',
  '# EOF',
  '',
].join('\n');

const scrapes: readonly (readonly [string, Format, string])[] = [
  ["a cluster's objects", 'text', [...syntheticExposition(4_000, 700)].join('')],
  ["an exporter's telemetry", 'text', telemetry],
  ['OpenMetrics', 'openmetrics', openMetrics],
];

const position = ({ rule, line, column }: Violation) => `${line}:${column} ${rule}`;

/** The numbers of lines that are neither blank nor a comment, and have neither a sample nor a violation. */
function lostLines(bytes: Buffer, { exposition, violations }: ReadExposition): readonly number[] {
  const covered = new Set(violations.map(({ line }) => line));
  for (const { samples } of exposition.families.values()) for (const { line } of samples) covered.add(line);
  const last = violations.find(({ rule }) => rule === 'html-page' || rule === 'eof-not-last');
  const lines = bytes.toString('latin1').split('\n').slice(0, last?.line);
  return lines.flatMap((line, index) => (/^[ \t]*(?:#|$)/.test(line) || covered.has(index + 1) ? [] : [index + 1]));
}

/** Samples with a name or labels that their line does not have. */
function invented(bytes: Buffer, { exposition }: ReadExposition): readonly Sample[] {
  const lines = bytes.toString().split('\n');
  const samples = [...exposition.families.values()].flatMap((family) => family.samples);
  return samples.filter(({ line, name, labels }) => {
    const text = lines[line - 1]?.trim() ?? '';
    const rest = text.slice(name.length);
    return !(text.startsWith(name) && /^[ \t{]/.test(rest) && Object.keys(labels).every((label) => rest.includes(label)));
  });
}

/** Violations at a position outside of the text. */
function misplaced(bytes: Buffer, { violations }: ReadExposition): readonly Violation[] {
  const lines = bytes.toString('latin1').split('\n');
  return violations.filter(({ line, column }) => {
    const length = lines[line - 1]?.length ?? 0;
    return line < 1 || line > lines.length + 1 || column < 1 || column > length + 1;
  });
}

/** Reads the bytes without keeping them, and collects each sample with the digest of its line. */
async function scan(bytes: Buffer, format: Format) {
  const visited = new Map<number, readonly unknown[]>();
  let current = '';
  const visitor: SeriesVisitor = {
    family: (name) => {
      current = name;
    },
    sample: ({ a, b }, value, sample) => visited.set(sample().line, [current, a, b, value, sample()]),
  };
  const scanned = await scanExposition(bytes, { format, visitor });
  return { ...scanned, visited };
}

/** The same of an exposition in memory, with the digests of its labels. */
function visitedIn({ exposition }: ReadExposition): ReadonlyMap<number, readonly unknown[]> {
  const digest = new SeriesDigest();
  const samples = [...exposition.families.values()].flatMap(({ name, samples }) =>
    samples.map((sample): [number, readonly unknown[]] => {
      digest.set(sample.labels, true);
      return [sample.line, [name, digest.a, digest.b, sample.value, sample]];
    }),
  );
  return new Map(samples);
}

/** Whether comments are plain HELP and TYPE lines: the second reader supports no other comments and no tabs in them. */
function isPlain(bytes: Buffer): boolean {
  const comments = bytes.toString('latin1').match(/^.?#.*$/gm) ?? [];
  return comments.every((line) => /^# (?:HELP|TYPE) [\w:]+ [^ \t][^\t]*$/.test(line));
}

describe.each(scrapes)('%s, mutated at random,', (_, format, scrape) => {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  function check(bytes: Buffer) {
    const path = join(directory, 'exposition');
    writeFileSync(path, bytes);
    const file = openSync(path, 'r');
    try {
      return checkExposition(file, { format, most: 10_000 });
    } finally {
      closeSync(file);
      // Written over, a file waits until the disk has what it had before.
      rmSync(path);
    }
  }

  test('has a sample or a violation for every line, and the same result with every reader', async () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const bytes = mutate(Buffer.from(scrape), randomNumbers(seed));
      const result = await readExposition(bytes, { format });
      const input = { seed, text: bytes.toString('latin1') };
      expect({ ...input, lost: lostLines(bytes, result) }).toEqual({ ...input, lost: [] });
      expect({ ...input, invented: invented(bytes, result) }).toEqual({ ...input, invented: [] });
      expect({ ...input, misplaced: misplaced(bytes, result) }).toEqual({ ...input, misplaced: [] });
      const checked = check(bytes);
      expect({ ...input, found: checked.violations.map(position) }).toEqual({ ...input, found: result.violations.map(position) });
      expect({ ...input, samples: checked.samples }).toEqual({ ...input, samples: result.exposition.samples });
      const scanned = await scan(bytes, format);
      expect({ ...input, found: scanned.violations.map(position) }).toEqual({ ...input, found: result.violations.map(position) });
      expect({ ...input, visited: scanned.visited }).toEqual({ ...input, visited: visitedIn(result) });
      if (format !== 'text' || result.violationCount > 0 || !isPlain(bytes)) continue;
      const { disagreements } = compareReaders(bytes.toString(), result.exposition);
      expect({ ...input, disagreements }).toEqual({ ...input, disagreements: [] });
    }
  }, 60_000);
});

/** A pseudo-random generator of numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes and words with a meaning in an exposition, or similar ones. */
const tokens = [
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
const invalid = [Buffer.of(0x00), Buffer.of(0xff), Buffer.of(0xc3), Buffer.from('ä'), Buffer.from('\ufeff')];
const lines = ['# EOF\n', '# TYPE a gauge\n', '# HELP a \n', 'a_bucket{le="1"} 1\n', 'a 1 2 3\n', '\n', '#\n'];
const inserted = [...tokens, ...lines].map((text) => Buffer.from(text)).concat(invalid);

/** Changes an exposition in one to four places: bytes removed, inserted or replaced, lines duplicated or moved, or the end cut off. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  const below = (limit: number) => Math.floor(random() * limit);
  let result = bytes;
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(result.length + 1);
    const to = Math.min(result.length, at + below(12));
    const lineStart = result.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
    const lineEnd = result.indexOf('\n', at) + 1 || result.length;
    const elsewhere = result.indexOf('\n', below(result.length + 1)) + 1;
    const insertion = inserted[below(inserted.length)] as Buffer;
    const kinds: readonly (() => readonly Buffer[])[] = [
      () => [result.subarray(0, at), result.subarray(to)],
      () => [result.subarray(0, at), insertion, result.subarray(at)],
      () => [result.subarray(0, at), insertion, result.subarray(to)],
      () => [result.subarray(0, lineEnd), result.subarray(lineStart)],
      () => [result.subarray(0, elsewhere), result.subarray(lineStart, lineEnd), result.subarray(elsewhere)],
      () => [result.subarray(0, at)],
    ];
    result = Buffer.concat((kinds[below(kinds.length)] as () => readonly Buffer[])());
  }
  return result;
}
