import { styleText } from 'node:util';
import { printableStrings } from '../printable.ts';
import type { Phase, Report, RequirementResult, Status } from './model.ts';
import {
  clusterLine,
  exporterLine,
  failureParts,
  formatDuration,
  groupsOf,
  marks,
  plural,
  SIMULATED,
  verdictSentence,
} from './words.ts';
import { wrap } from './wrap.ts';

export interface TerminalStyle {
  /** Columns; what is narrower than 40 is treated as 40. */
  readonly width: number;
  readonly colour: boolean;
}

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

const MOST_LINES_OF_A_PART = 12;
const MOST_NAMES = 6;

/** Colour only for a person at a terminal who did not ask for none; as wide as that, as COLUMNS says, or 100 columns. */
export function terminalStyle(
  stream: { isTTY?: boolean; columns?: number },
  environment: Record<string, string | undefined>,
): TerminalStyle {
  const noColour = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  const asked = Number(environment.COLUMNS);
  return { width: stream.columns ?? (asked > 0 ? asked : 100), colour: stream.isTTY === true && !noColour };
}

/**
 * The end of a run in the terminal, failures first and the verdict last, where the eye is.
 * Every line that is not empty says so when the evidence is simulated.
 */
export function renderTerminal(result: Report, style: TerminalStyle): string {
  const report = printableStrings(result);
  const prefix = report.evidence === 'simulated' ? `[${SIMULATED}] ` : '';
  const width = Math.max(40, Math.min(style.width, 120)) - prefix.length;
  const paint = painter(style.colour);
  const groups = groupsOf(report);
  const blocks = [
    ...groups.failed.map((failure) => failureBlock(failure, width, paint)),
    listBlock('Known issues that occurred', groups.knownIssues, 'known-issue', width, paint),
    listBlock('Known issues that did not occur', groups.absentKnownIssues, 'passed', width, paint),
    listBlock('Skipped', groups.skipped, 'skipped', width, paint),
    phaseBlock(report.phases, paint),
    report.leftovers.length > 0 ? [paint('red', 'Left over'), ...report.leftovers.map((name) => `  ${name}`)] : [],
    verdictBlock(report, width, paint),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block) => ['', ...block]);
  return `${lines.map((line) => (line === '' ? '' : paint('yellow', prefix) + line)).join('\n')}\n`;
}

type Paint = (colour: Colour, text: string) => string;

function painter(colour: boolean): Paint {
  return (name, text) => (colour && text !== '' ? styleText(name, text, { validateStream: false }) : text);
}

function failureBlock(failure: RequirementResult, width: number, paint: Paint): string[] {
  const duration = formatDuration(failure.durationMs);
  const name = failure.level === 'should' ? `${failure.id} (should)` : failure.id;
  const colour = failure.level === 'should' ? 'yellow' : 'red';
  const gap = Math.max(2, width - name.length - 2 - duration.length);
  const note = failure.reason ? [{ label: 'note', text: failure.reason }] : [];
  return [
    `${paint(colour, `${marks.failed} ${name}`)}${' '.repeat(gap)}${paint('dim', duration)}`,
    ...[{ label: failure.level, text: failure.sentence }, ...failureParts(failure), ...note].flatMap(({ label, text }) => {
      const lines = wrap(text, width - 12);
      const shown = lines.slice(0, MOST_LINES_OF_A_PART);
      if (lines.length > shown.length) shown.push(`… ${plural(lines.length - shown.length, 'more line')} in report.json`);
      return shown.map((line, index) => `  ${paint('dim', (index === 0 ? label : '').padEnd(8))}  ${line}`);
    }),
  ];
}

function listBlock(
  title: string,
  requirements: readonly RequirementResult[],
  status: Status,
  width: number,
  paint: Paint,
): string[] {
  if (requirements.length === 0) return [];
  return [
    `${title} (${requirements.length})`,
    ...[...byReason(requirements)].flatMap(([reason, ids]) => [
      ...namesOf(ids).flatMap((name) =>
        wrap(name, width - 4).map((line, index) => `  ${index === 0 ? paint('cyan', marks[status]) : ' '} ${line}`),
      ),
      ...wrap(reason, width - 4).map((line) => `    ${paint('dim', line)}`),
    ]),
  ];
}

/** The ids under each reason, so that one reason for many is told once. */
function byReason(requirements: readonly RequirementResult[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { id, reason = '' } of requirements) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  return reasons;
}

/** Each id, or how many there are where nobody would read them all. */
function namesOf(ids: readonly string[]): readonly string[] {
  if (ids.length <= MOST_NAMES) return ids;
  return [`${ids.length} requirements of ${[...new Set(ids.map((id) => id.split('/')[0]))].join(', ')}`];
}

function phaseBlock(phases: readonly Phase[], paint: Paint): string[] {
  if (phases.length === 0) return [];
  const slowest = [...phases].sort((a, b) => b.durationMs - a.durationMs).slice(0, 4);
  const column = Math.max(...slowest.map(({ name }) => name.length));
  return [
    'Slowest phases',
    ...slowest.map(
      ({ name, durationMs }) => `  ${name.padEnd(column)}  ${paint('dim', formatDuration(durationMs).padStart(10))}`,
    ),
  ];
}

function verdictBlock(report: Report, width: number, paint: Paint): string[] {
  const { counts, verdict } = report;
  const colour = verdict === 'conformant' ? 'green' : verdict === 'partial' ? 'yellow' : 'red';
  const facts = [
    ['exporter', exporterLine(report)],
    ['target', `${report.target} (profile ${report.profile})`],
    ['cluster', clusterLine(report)],
  ] as const;
  const tally = [
    [counts.passed, 'passed'],
    [counts.failed, 'failed'],
    [counts.knownIssues, 'known issues'],
    [counts.skipped, 'skipped'],
    [counts.notApplicable, 'not applicable'],
  ] as const;
  return [
    ...facts.flatMap(([label, text]) =>
      wrap(text, width - 11).map((line, index) => `${paint('dim', (index === 0 ? label : '').padEnd(9))}  ${line}`),
    ),
    '',
    ...wrap(
      tally
        .flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))
        .concat(`in ${formatDuration(report.durationMs)}`)
        .join(', '),
      width,
    ),
    paint(colour, paint('bold', verdict.toUpperCase())),
    ...wrap(verdictSentence(report), width),
  ];
}
