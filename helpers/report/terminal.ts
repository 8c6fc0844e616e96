import { styleText } from 'node:util';
import { printableStrings } from '../printable.ts';
import type { Phase, Report, RequirementResult, Status, UnpromisedFeature } from './model.ts';
import { explanationOf, outcomeMarks, outcomeWords, unpromisedSentence } from './not-promised.ts';
import {
  clusterLine,
  effectsOf,
  exporterLine,
  failureParts,
  firstIds,
  firstLineOf,
  formatDuration,
  groupsOf,
  marks,
  plural,
  SIMULATED,
  tally,
  verdictSentence,
  wrap,
} from './words.ts';

export interface TerminalStyle {
  /** Columns; what is narrower than 40 is treated as 40. */
  readonly width: number;
  readonly colour: boolean;
}

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';

const MOST_LINES_OF_A_PART = 12;
const MOST_LINES_OF_A_CONSEQUENCE = 2;
const MOST_NAMES = 6;

/** Colour only at a terminal, and not where NO_COLOR is set; the width is the terminal's, that of COLUMNS, or 100 columns. */
export function terminalStyle(
  stream: { isTTY?: boolean; columns?: number },
  environment: Record<string, string | undefined>,
): TerminalStyle {
  const noColour = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  const columns = Number(environment.COLUMNS);
  return { width: stream.columns ?? (columns > 0 ? columns : 100), colour: stream.isTTY === true && !noColour };
}

/**
 * The report in the terminal: findings first, each with the failures that it causes, and the verdict last, where the reader looks. When
 * the evidence is simulated, every line that is not empty begins with that.
 */
export function renderTerminal(result: Report, style: TerminalStyle): string {
  const report = printableStrings(result);
  const prefix = report.evidence === 'simulated' ? `[${SIMULATED}] ` : '';
  const width = Math.max(40, Math.min(style.width, 120)) - prefix.length;
  const paint = painter(style.colour);
  const groups = groupsOf(report);
  const blocks = [
    ...groups.findings.flatMap((finding) => [
      findingBlock(finding, report, width, paint),
      consequencesBlock(finding, report, width, paint),
    ]),
    listBlock('Blocked', groups.blocked, 'blocked', width, paint),
    listBlock('Known issues that occurred', groups.knownIssues, 'known-issue', width, paint),
    listBlock('Known issues that did not occur', groups.absentKnownIssues, 'passed', width, paint),
    listBlock('Skipped', groups.skipped, 'skipped', width, paint),
    unpromisedBlock(report, width, paint),
    phaseBlock(report.phases, paint),
    report.leftovers.length > 0 ? [paint('red', 'Left over'), ...report.leftovers.map((name) => `  ${name}`)] : [],
    // On the last screen, as it may be why nothing else could be verified.
    metBlock(report.cluster.knownIssues ?? [], width),
    verdictBlock(report, width, paint),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block) => ['', ...block]);
  return `${lines.map((line) => (line === '' ? '' : paint('yellow', prefix) + line)).join('\n')}\n`;
}

type Paint = (colour: Colour, text: string) => string;

function painter(colour: boolean): Paint {
  return (name, text) => (colour && text !== '' ? styleText(name, text, { validateStream: false }) : text);
}

function findingBlock(finding: RequirementResult, report: Report, width: number, paint: Paint): string[] {
  const duration = formatDuration(finding.durationMs);
  const name = finding.level === 'should' ? `${finding.id} (should)` : finding.id;
  const colour = finding.level === 'should' ? 'yellow' : 'red';
  const gap = Math.max(2, width - name.length - 2 - duration.length);
  const { consequences, blocked } = effectsOf(finding, report);
  const parts = [
    { label: finding.level, text: finding.sentence },
    ...failureParts(finding),
    { label: 'note', text: finding.reason ?? '' },
    { label: 'caused', text: firstIds(consequences) },
    { label: 'blocked', text: firstIds(blocked) },
  ];
  return [
    `${paint(colour, `${marks.failed} ${name}`)}${' '.repeat(gap)}${paint('dim', duration)}`,
    ...parts.flatMap(({ label, text }) => {
      const lines = wrap(text, width - 12);
      const shown = lines.slice(0, MOST_LINES_OF_A_PART);
      if (lines.length > shown.length) shown.push(`… ${plural(lines.length - shown.length, 'more line')} in report.json`);
      return shown.map((line, index) => `  ${paint('dim', (index === 0 ? label : '').padEnd(8))}  ${line}`);
    }),
  ];
}

/** Every failure that a finding explains, with its sentence and the first line of its observation. */
function consequencesBlock(finding: RequirementResult, report: Report, width: number, paint: Paint): string[] {
  const { consequences } = effectsOf(finding, report);
  if (consequences.length === 0) return [];
  return [
    ...wrap(`Caused by ${finding.id} (${consequences.length})`, width),
    ...consequences.flatMap((consequence) => [
      `  ${paint('red', `${marks.failed} ${consequence.id}`)}${consequence.level === 'should' ? ' (should)' : ''}`,
      ...wrap(consequence.sentence, width - 4).map((line) => `    ${line}`),
      ...wrap(firstLineOf(consequence), width - 4)
        .slice(0, MOST_LINES_OF_A_CONSEQUENCE)
        .map((line) => `    ${paint('dim', line)}`),
    ]),
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

/** What the cluster's own objects do to this release, whatever the requirements found. */
function metBlock(sentences: readonly string[], width: number): string[] {
  if (sentences.length === 0) return [];
  return [
    `Known issues that objects of this cluster meet (${sentences.length})`,
    ...sentences.flatMap((sentence) =>
      wrap(sentence, width - 4).map((line, index) => `  ${index === 0 ? marks['known-issue'] : ' '} ${line}`),
    ),
  ];
}

/** The ids by reason, so that a reason that many share is printed a single time. */
function byReason(requirements: readonly RequirementResult[]): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  for (const { id, reason = '' } of requirements) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  return reasons;
}

/** Each id; of more than a reader would read, their number and their areas. */
function namesOf(ids: readonly string[]): readonly string[] {
  if (ids.length <= MOST_NAMES) return ids;
  return [`${ids.length} requirements of ${[...new Set(ids.map((id) => id.split('/')[0]))].join(', ')}`];
}

/** What is not promised, briefly: a line for the features that would be met, one for each that would not, one for the rest. */
function unpromisedBlock(report: Report, width: number, paint: Paint): string[] {
  const { notPromised = [] } = report;
  if (notPromised.length === 0) return [];
  const lines = (mark: string, text: string) =>
    wrap(text, width - 4).map((line, index) => `  ${index === 0 ? paint('cyan', mark) : ' '} ${line}`);
  const together = (outcome: UnpromisedFeature['outcome']) => {
    const names = notPromised.filter((feature) => feature.outcome === outcome).map(({ feature }) => feature);
    return names.length === 0 ? [] : lines(outcomeMarks[outcome], `${outcomeWords[outcome]}: ${names.join(', ')}`);
  };
  const unmet = notPromised.filter(({ outcome }) => outcome === 'not-met');
  return [
    ...wrap(`Not promised. ${unpromisedSentence(report)}`, width),
    ...together('met'),
    ...unmet.flatMap((feature) => [
      ...lines(outcomeMarks['not-met'], `${outcomeWords['not-met']}: ${feature.feature}`),
      ...wrap(explanationOf(feature), width - 4)
        .slice(0, MOST_LINES_OF_A_CONSEQUENCE)
        .map((line) => `    ${paint('dim', line)}`),
    ]),
    ...together('not-verified'),
  ];
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
  const { verdict } = report;
  const colour = verdict === 'conformant' ? 'green' : verdict === 'partial' ? 'yellow' : 'red';
  const facts = [
    ['exporter', exporterLine(report)],
    ['target', `${report.target} (profile ${report.profile})`],
    ['cluster', clusterLine(report)],
  ] as const;
  return [
    ...facts.flatMap(([label, text]) =>
      wrap(text, width - 11).map((line, index) => `${paint('dim', (index === 0 ? label : '').padEnd(9))}  ${line}`),
    ),
    '',
    ...wrap([...tally(report), `in ${formatDuration(report.durationMs)}`].join(', '), width),
    paint(colour, paint('bold', verdict.toUpperCase())),
    ...wrap(verdictSentence(report), width),
  ];
}
