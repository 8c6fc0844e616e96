import { resolve } from 'node:path';
import { writePrivately } from '../private-files.ts';
import { redactStrings } from '../redaction/text.ts';
import type { Phase, Report } from '../report/model.ts';
import { formatDuration } from '../report/words.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Outcome } from '../suite/result-file.ts';

/** What a trace shows of a run. */
interface Traced {
  readonly report: Pick<Report, 'startedAt' | 'phases' | 'requirements'>;
  /** What was measured within the phases; it may overlap. */
  readonly steps: readonly Phase[];
  readonly declared: readonly Pick<DeclaredRequirement, 'id' | 'file'>[];
  /** The results with their waits; none for a run that has not begun to verify. */
  readonly results: readonly Outcome[];
  /** When the process was started, in milliseconds since 1970. */
  readonly processStartedAt: number;
}

/** An event of Chrome's trace format: `X` has a duration, `M` names a line of the picture. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args: Readonly<Record<string, unknown>>;
}

interface Bar {
  readonly name: string;
  /** In milliseconds since 1970. */
  readonly begun: number;
  readonly durationMs: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * The trace of a run: a line for the phases, a line for each step within them, and a line for each spec file, whose requirements are executed
 * one at a time. A requirement has its status and its waits as arguments. Times count from the start of the process.
 * Source: Chromium, Trace Event Format: complete events and metadata events; Perfetto and chrome://tracing open it.
 */
export function traceOf({ report, steps, declared, results, processStartedAt }: Traced): {
  readonly traceEvents: readonly TraceEvent[];
} {
  const loading = {
    name: 'loading the program',
    begun: processStartedAt,
    durationMs: Date.parse(report.startedAt) - processStartedAt,
  };
  const waits = new Map(results.map((result) => [result.id, result.waits ?? []]));
  const files = new Map(declared.map(({ id, file }) => [id, file]));
  const requirements = report.requirements.flatMap(({ id, status, startedAt, durationMs }) => {
    if (startedAt === undefined) return [];
    const waited = (waits.get(id) ?? []).map(({ what, durationMs: ms }) => `${formatDuration(ms)}: ${what}`);
    return [{ file: files.get(id) ?? '', name: id, begun: Date.parse(startedAt), durationMs, args: { status, waits: waited } }];
  });
  const lines = [
    { name: 'phases', bars: [loading, ...report.phases.flatMap(barOf)] },
    ...steps.map((step) => ({ name: step.name, bars: barOf(step) })),
    ...[...new Set(files.values())].map((file) => ({ name: file, bars: requirements.filter((bar) => bar.file === file) })),
  ].filter(({ bars }) => bars.length > 0);
  return { traceEvents: lines.flatMap(({ name, bars }, index) => eventsOf(name, index + 1, bars, processStartedAt)) };
}

function barOf({ name, startedAt, durationMs }: Phase): readonly Bar[] {
  return startedAt === undefined ? [] : [{ name, begun: Date.parse(startedAt), durationMs }];
}

function eventsOf(line: string, tid: number, bars: readonly Bar[], origin: number): readonly TraceEvent[] {
  const place = { pid: 1, tid };
  return [
    { name: 'thread_name', ph: 'M', ...place, args: { name: line } },
    { name: 'thread_sort_index', ph: 'M', ...place, args: { sort_index: tid } },
    ...bars.map(({ name, begun, durationMs, args = {} }): TraceEvent => {
      const ts = Math.round(1000 * Math.max(0, begun - origin));
      return { name, ph: 'X', ...place, ts, dur: Math.round(1000 * durationMs), args };
    }),
  ];
}

/**
 * Writes the trace of a run, with secrets redacted.
 * @returns the path
 */
export function writeTrace(file: string, traced: Traced): string {
  writePrivately(resolve(file), `${JSON.stringify(redactStrings(traceOf(traced)))}\n`);
  return file;
}
