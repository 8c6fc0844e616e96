import { conformantReport } from '../report/testing/sample-report.ts';
import { traceOf } from './trace.ts';

const origin = Date.parse('2025-03-14T09:26:50.000Z');
const declared = [
  { id: 'dns/headless', file: 'specs/dns/dns.spec.ts' },
  { id: 'dns/ports', file: 'specs/dns/dns.spec.ts' },
  { id: 'probes/starts', file: 'specs/probes/probes.spec.ts' },
];

function resultOf(id: string, more: object = {}) {
  return {
    id,
    area: 'dns',
    sentence: 'It holds.',
    level: 'must',
    source: 'a test',
    status: 'passed',
    durationMs: 1500,
    ...more,
  } as const;
}

const report = {
  ...conformantReport(),
  startedAt: '2025-03-14T09:26:52.000Z',
  phases: [{ name: 'verifying requirements', startedAt: '2025-03-14T09:27:10.000Z', durationMs: 30_000 }],
  requirements: [
    resultOf('dns/headless', { startedAt: '2025-03-14T09:27:11.250Z' }),
    resultOf('dns/ports', { durationMs: 0 }),
    resultOf('probes/starts', { startedAt: '2025-03-14T09:27:10.000Z' }),
  ],
};

const { traceEvents } = traceOf({
  report,
  steps: [{ name: 'copying images', startedAt: '2025-03-14T09:27:00.000Z', durationMs: 2000 }],
  declared,
  results: [
    {
      id: 'dns/headless',
      status: 'passed',
      durationMs: 1500,
      waits: [{ what: 'the headless Service has records', durationMs: 1200 }],
    },
  ],
  processStartedAt: origin,
});

/** The bars of the trace, each with the name of its line. */
const bars = traceEvents.flatMap(({ ph, tid, name, ts, dur, args }) => {
  const line = traceEvents.find((event) => event.ph === 'M' && event.name === 'thread_name' && event.tid === tid)?.args.name;
  return ph === 'X' ? [{ line, name, ts, dur, args }] : [];
});

test('times are in microseconds from the start of the process, and what came before the run is a bar of its own', () => {
  expect(bars.slice(0, 3)).toEqual([
    { line: 'phases', name: 'loading the program', ts: 0, dur: 2_000_000, args: {} },
    { line: 'phases', name: 'verifying requirements', ts: 20_000_000, dur: 30_000_000, args: {} },
    { line: 'copying images', name: 'copying images', ts: 10_000_000, dur: 2_000_000, args: {} },
  ]);
});

test('a requirement is a bar on the line of its spec file, with its status and its waits', () => {
  expect(bars.slice(3)).toEqual([
    {
      line: 'specs/dns/dns.spec.ts',
      name: 'dns/headless',
      ts: 21_250_000,
      dur: 1_500_000,
      args: { status: 'passed', waits: ['1.2 s: the headless Service has records'] },
    },
    {
      line: 'specs/probes/probes.spec.ts',
      name: 'probes/starts',
      ts: 20_000_000,
      dur: 1_500_000,
      args: { status: 'passed', waits: [] },
    },
  ]);
});

test('a requirement whose body was not executed has no bar', () => {
  expect(bars.map(({ name }) => name)).not.toContain('dns/ports');
});
