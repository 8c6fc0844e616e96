import { UsageError } from '../errors.ts';
import { plain } from '../printable.ts';
import { countsOf, type Report, type RequirementResult } from './model.ts';
import { explanationOf, outcomeWords, unpromisedSentence } from './not-promised.ts';
import {
  clusterLine,
  effectsOf,
  exporterLine,
  failureParts,
  firstLineOf,
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

/** The report for the summary of a CI step, findings first; the parts that do not fit are omitted, and counted. */
export function renderMarkdown(report: Report, limitBytes = STEP_SUMMARY_LIMIT_BYTES): string {
  const groups = groupsOf(report);
  const list = (title: string, requirements: readonly RequirementResult[]) =>
    requirements.map((requirement, index) => (index === 0 ? `\n### ${title}\n\n` : '') + item(requirement, report));
  return withinLimit(
    [
      head(report),
      ...groups.findings.map((finding) => findingBlock(finding, report)),
      ...list('Blocked', groups.blocked),
      ...list('Known issues that occurred', groups.knownIssues),
      ...list('Known issues that did not occur', groups.absentKnownIssues),
      ...list('Skipped', groups.skipped),
      unpromised(report),
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
  const met = (report.cluster.knownIssues ?? []).map((sentence) => `\n- ${text(sentence)}`);
  return `${title}${simulated ? ` (${SIMULATED})` : ''}

${simulated ? warning : ''}**${text(verdictSentence(report))}**${simulated ? ` (${SIMULATED})` : ''}

- Exporter: ${text(exporterLine(report))}
- Target: ${text(report.target)}, profile ${text(report.profile)}
- Evidence: ${text(clusterLine(report))}
- Took: ${formatDuration(report.durationMs)}${leftovers}${met.join('')}
`;
}

function findingBlock(finding: RequirementResult, report: Report): string {
  const parts = failureParts(finding).map(({ label, text: part }) => {
    const kept = plain(part).slice(0, MOST_CHARACTERS_OF_A_PART);
    return `${label.padEnd(8)}  ${kept.trimEnd().replaceAll('\n', '\n          ')}${kept.length < part.length ? ' …' : ''}`;
  });
  const details = parts.join('\n');
  const fence = '`'.repeat(Math.max(3, ...[...details.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const title = `### ${code(finding.id)} ${text(statusWord(finding, report))}`;
  const reason = finding.reason ? `\n${text(finding.reason)}\n` : '';
  const sentence = `${text(finding.sentence)} (${formatDuration(finding.durationMs)})`;
  return `\n${title}\n\n${sentence}\n${reason}\n${fence}text\n${details}\n${fence}\n${effects(finding, report)}`;
}

/** The failures that a finding causes, each in a line, and how many requirements it blocks. */
function effects(finding: RequirementResult, report: Report): string {
  const { consequences, blocked } = effectsOf(finding, report);
  const lines = consequences.map(
    (failure) =>
      `- ${code(failure.id)} ${text(statusWord(failure, report))}: ${text(failure.sentence)} ${text(brief(firstLineOf(failure)))}\n`,
  );
  const caused = lines.length === 0 ? '' : `\nIt causes ${plural(lines.length, 'more failure')}:\n\n${lines.join('')}`;
  return caused + (blocked.length === 0 ? '' : `\nIt blocks ${plural(blocked.length, 'requirement')}.\n`);
}

function item(requirement: RequirementResult, report: Report): string {
  return `- ${code(requirement.id)} ${text(statusWord(requirement, report))}: ${text(requirement.reason ?? '')}\n`;
}

function unpromised(report: Report): string {
  const { notPromised = [] } = report;
  if (notPromised.length === 0) return '';
  const simulated = report.evidence === 'simulated' ? ` (${SIMULATED})` : '';
  const items = notPromised.map(
    (feature) =>
      `- ${code(feature.feature)} ${outcomeWords[feature.outcome]}${simulated}: ${text(feature.sentence)} ${text(brief(explanationOf(feature)))}\n`,
  );
  return `\n### Not promised\n\n${text(unpromisedSentence(report))}\n\n${items.join('')}`;
}

function areas(report: Report): string {
  const rows = [...new Set(report.requirements.map(({ area }) => area))].map((area) => {
    const members = report.requirements.filter((requirement) => requirement.area === area);
    const { passed, failed, blocked, knownIssues, skipped, notApplicable } = countsOf(members);
    const name = report.evidence === 'simulated' ? `${area} (${SIMULATED})` : area;
    return `| ${[text(name), passed, failed, blocked, knownIssues, skipped, notApplicable].join(' | ')} |`;
  });
  const header = '| Area | passed | failed | blocked | known issues | skipped | not applicable |\n|---|--:|--:|--:|--:|--:|--:|';
  return `\n### Areas\n\n${header}\n${rows.join('\n')}\n`;
}

function phases(report: Report): string {
  if (report.phases.length === 0) return '';
  return `\n### Phases\n\n${report.phases.map(({ name, durationMs }) => `- ${text(name)}: ${formatDuration(durationMs)}`).join('\n')}\n`;
}

/** As many whole pieces as fit, and the number of the others. */
export function withinLimit(pieces: readonly string[], limitBytes: number): string {
  const note = (left: number) =>
    `\n_${plural(left, 'more part')} of this summary did not fit; the JSON report has everything._\n`;
  const room = limitBytes - Buffer.byteLength(note(pieces.length));
  let length = 0;
  for (const [index, piece] of pieces.entries()) {
    length += Buffer.byteLength(piece);
    if (length > room) return pieces.slice(0, index).join('') + note(pieces.length - index);
  }
  return pieces.join('');
}

/** Text escaped for Markdown and HTML, on one line; an account that it mentions is not notified. */
export function text(words: string): string {
  return plain(words)
    .replace(/[\\`*_{}[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(^|\W)@(?=\w)/g, '$1@&#8203;')
    .replaceAll('\n', ' ');
}

/** Enough of a text to recognize a failure, on one line; the run's own report has the rest. */
export function brief(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

/** Text as code, on one line. */
export function code(words: string): string {
  return `\`${plain(words).replaceAll('`', "'").replaceAll('\n', ' ')}\``;
}

/**
 * Replaces the content of a section that a command writes. The section begins with `<!-- NAME: npm run COMMAND writes what
 * follows -->` and ends with `<!-- NAME ends -->`.
 * @returns the page with the new content
 * @throws UsageError when the page has no such section
 */
export function withSection(page: string, { name, command }: { name: string; command: string }, content: string): string {
  const begin = `<!-- ${name}: npm run ${command} writes what follows -->`;
  const end = `<!-- ${name} ends -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from)
    throw new UsageError(`The page has no section for the table: expected the lines ${begin} and ${end}; add them.`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n${page.slice(to)}`;
}
