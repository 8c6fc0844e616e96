import { plain } from '../printable.ts';
import type { Report, RequirementResult } from './model.ts';
import {
  clusterLine,
  exporterLine,
  failureParts,
  formatDuration,
  groupsOf,
  plural,
  releaseOf,
  SIMULATED,
  statusWord,
  verdictSentence,
} from './words.ts';

/** The most that GitHub takes for the summary of one step. */
export const STEP_SUMMARY_LIMIT_BYTES = 1024 * 1024;

const MOST_CHARACTERS_OF_A_PART = 4_000;
const verdictMarks = { conformant: '✅', nonconformant: '❌', partial: '⚠️', infrastructure: '🛠️' } as const;

/** The report for the summary of a CI step, the important first: what does not fit is left out and counted. */
export function renderMarkdown(report: Report, limitBytes = STEP_SUMMARY_LIMIT_BYTES): string {
  const groups = groupsOf(report);
  const list = (title: string, requirements: readonly RequirementResult[]) =>
    requirements.map((requirement, index) => (index === 0 ? `\n### ${title}\n\n` : '') + item(requirement, report));
  return withinLimit(
    [
      head(report),
      ...groups.failed.map((failure) => failureBlock(failure, report)),
      ...list('Known issues that occurred', groups.knownIssues),
      ...list('Known issues that did not occur', groups.absentKnownIssues),
      ...list('Skipped', groups.skipped),
      areas(report),
      phases(report),
    ],
    limitBytes,
  );
}

function head(report: Report): string {
  const simulated = report.evidence === 'simulated';
  const title = `## ${verdictMarks[report.verdict]} kube-state-metrics ${text(releaseOf(report))}: ${report.verdict}`;
  const warning = `> [!WARNING]\n> This run was ${SIMULATED}: no real cluster took part, and it proves nothing about one.\n\n`;
  const leftovers = report.leftovers.length > 0 ? `\n- Left over: ${report.leftovers.map(code).join(', ')}` : '';
  return `${title}${simulated ? ` (${SIMULATED})` : ''}

${simulated ? warning : ''}**${text(verdictSentence(report))}**${simulated ? ` (${SIMULATED})` : ''}

- Exporter: ${text(exporterLine(report))}
- Target: ${text(report.target)}, profile ${text(report.profile)}
- Evidence: ${text(clusterLine(report))}
- Took: ${formatDuration(report.durationMs)}${leftovers}
`;
}

function failureBlock(failure: RequirementResult, report: Report): string {
  const parts = failureParts(failure).map(({ label, text: part }) => {
    const kept = plain(part).slice(0, MOST_CHARACTERS_OF_A_PART);
    return `${label.padEnd(8)}  ${kept.trimEnd().replaceAll('\n', '\n          ')}${kept.length < part.length ? ' …' : ''}`;
  });
  const told = parts.join('\n');
  const fence = '`'.repeat(Math.max(3, ...[...told.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const reason = failure.reason ? `\n${text(failure.reason)}\n` : '';
  return `\n### ${code(failure.id)} ${text(statusWord(failure, report))}\n\n${text(failure.sentence)} (${formatDuration(failure.durationMs)})\n${reason}\n${fence}text\n${told}\n${fence}\n`;
}

function item(requirement: RequirementResult, report: Report): string {
  return `- ${code(requirement.id)} ${text(statusWord(requirement, report))}: ${text(requirement.reason ?? '')}\n`;
}

function areas(report: Report): string {
  const rows = [...new Set(report.requirements.map(({ area }) => area))].map((area) => {
    const members = report.requirements.filter((requirement) => requirement.area === area);
    const of = (status: string) => members.filter((member) => member.status === status).length;
    const name = report.evidence === 'simulated' ? `${area} (${SIMULATED})` : area;
    return `| ${text(name)} | ${of('passed')} | ${of('failed')} | ${of('known-issue')} | ${of('skipped')} | ${of('not-applicable')} |`;
  });
  return `\n### Areas\n\n| Area | passed | failed | known issues | skipped | not applicable |\n|---|--:|--:|--:|--:|--:|\n${rows.join('\n')}\n`;
}

function phases(report: Report): string {
  if (report.phases.length === 0) return '';
  return `\n### Phases\n\n${report.phases.map(({ name, durationMs }) => `- ${text(name)}: ${formatDuration(durationMs)}`).join('\n')}\n`;
}

/** As many of the pieces as fit, whole, and how many did not. */
export function withinLimit(pieces: readonly string[], limitBytes: number): string {
  const note = (left: number) =>
    `\n_${plural(left, 'more part')} of this summary did not fit; the JSON report has everything._\n`;
  const room = limitBytes - Buffer.byteLength(note(pieces.length));
  let whole = '';
  for (const [index, piece] of pieces.entries()) {
    if (Buffer.byteLength(whole) + Buffer.byteLength(piece) > room) return whole + note(pieces.length - index);
    whole += piece;
  }
  return whole;
}

/** Text that Markdown and HTML read as nothing but text, on one line; an account that it names is not notified. */
export function text(words: string): string {
  return plain(words)
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(^|\W)@(?=\w)/g, '$1@&#8203;')
    .replaceAll('\n', ' ');
}

/** Text as code, on one line. */
export function code(words: string): string {
  return `\`${plain(words).replaceAll('`', "'").replaceAll('\n', ' ')}\``;
}
