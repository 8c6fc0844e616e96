import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExposition } from './check.ts';
import type { Format, Sample, Violation } from './model.ts';
import { mutated, randomNumbers } from './mutations.ts';
import { type ReadExposition, readExposition } from './read.ts';
import { compareReaders } from './second-reader.ts';
import { syntheticExposition } from './synthetic.ts';

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

const placed = ({ rule, line, column }: Violation) => `${line}:${column} ${rule}`;

/** Lines that say something, and of which neither a sample nor a violation tells. */
function lostLines(bytes: Buffer, { exposition, violations }: ReadExposition): readonly number[] {
  const told = new Set(violations.map(({ line }) => line));
  for (const { samples } of exposition.families.values()) for (const { line } of samples) told.add(line);
  const stopped = violations.find(({ rule }) => rule === 'html-page' || rule === 'eof-not-last');
  const lines = bytes.toString('latin1').split('\n').slice(0, stopped?.line);
  return lines.flatMap((line, index) => (/^[ \t]*(?:#|$)/.test(line) || told.has(index + 1) ? [] : [index + 1]));
}

/** Samples that say what is not in their line. */
function invented(bytes: Buffer, { exposition }: ReadExposition): readonly Sample[] {
  const lines = bytes.toString().split('\n');
  const samples = [...exposition.families.values()].flatMap((family) => family.samples);
  return samples.filter(({ line, name, labels }) => {
    const text = lines[line - 1]?.trim() ?? '';
    const rest = text.slice(name.length);
    return !(text.startsWith(name) && /^[ \t{]/.test(rest) && Object.keys(labels).every((label) => rest.includes(label)));
  });
}

function misplaced(bytes: Buffer, { violations }: ReadExposition): readonly Violation[] {
  const lines = bytes.toString('latin1').split('\n');
  return violations.filter(({ line, column }) => {
    const length = lines[line - 1]?.length ?? 0;
    return line < 1 || line > lines.length + 1 || column < 1 || column > length + 1;
  });
}

/** Whether metadata is written as exporters do: the second reader knows no other comments and no tabs there. */
function isPlain(bytes: Buffer): boolean {
  const comments = bytes.toString('latin1').match(/^.?#.*$/gm) ?? [];
  return comments.every((line) => /^# (?:HELP|TYPE) [\w:]+ [^ \t][^\t]*$/.test(line));
}

describe.each(scrapes)('%s, changed by lot,', (_, format, scrape) => {
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
    }
  }

  test('either reads or is refused with a place, loses nothing in silence, and every way of reading says the same', async () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const bytes = mutated(Buffer.from(scrape), randomNumbers(seed));
      const result = await readExposition(bytes, { format });
      const because = { seed, text: bytes.toString('latin1') };
      expect({ ...because, lost: lostLines(bytes, result) }).toEqual({ ...because, lost: [] });
      expect({ ...because, invented: invented(bytes, result) }).toEqual({ ...because, invented: [] });
      expect({ ...because, misplaced: misplaced(bytes, result) }).toEqual({ ...because, misplaced: [] });
      const checked = check(bytes);
      expect({ ...because, found: checked.violations.map(placed) }).toEqual({ ...because, found: result.violations.map(placed) });
      expect({ ...because, samples: checked.samples }).toEqual({ ...because, samples: result.exposition.samples });
      if (format !== 'text' || result.violationCount > 0 || !isPlain(bytes)) continue;
      const { disagreements } = compareReaders(bytes.toString(), result.exposition);
      expect({ ...because, disagreements }).toEqual({ ...because, disagreements: [] });
    }
  }, 60_000);
});
