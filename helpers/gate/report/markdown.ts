import { code, STEP_SUMMARY_LIMIT_BYTES, text, withinLimit } from '../../report/markdown.ts';
import { formatDuration } from '../../report/words.ts';
import { formatAmount, formatRatio, measureNames } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, reasonsOf } from './groups.ts';
import { type GateReport, releaseOf } from './model.ts';
import { pathMarkdown, predictionLines } from './predicted.ts';
import { sourceMarkdown } from './sources.ts';
import {
  answerSentence,
  conformanceLine,
  evidenceLine,
  INERT,
  isInert,
  isNote,
  scrapeLine,
  scrapeTitle,
  sideLine,
  sideNames,
  verdictName,
} from './words.ts';

const marks = { accept: '✅', 'accept with notes': '⚠️', reject: '❌', 'no answer': '🛠️' } as const;
const MOST = 12;

/** The report for the summary of a CI step, the important first: what does not fit is omitted and counted. */
export function renderGateMarkdown(report: GateReport, limitBytes = STEP_SUMMARY_LIMIT_BYTES): string {
  const { differences } = report;
  const list = (title: string, chosen: readonly GateDifference[]) =>
    groupsOf(chosen).map(({ title: what, members }, index) => {
      const items = members.map((member) => item(member, members.length > 1)).join('');
      const group = members.length > 1 ? `\n**${text(what)}**\n\n${items}` : items;
      return index === 0 ? `\n### ${title}\n\n${group}` : group;
    });
  return withinLimit(
    [
      head(report),
      pathMarkdown(report),
      ...list('What rejects', differences.filter(rejects)),
      ...list('Notes', differences.filter(isNote)),
      ...list(INERT, differences.filter(isInert)),
      sourceMarkdown(report),
      prediction(report),
      cost(report),
      waivers(report),
    ],
    limitBytes,
  );
}

function head(report: GateReport): string {
  const { from, to, verdict } = report;
  const conformance = conformanceLine(report);
  const scrape = scrapeLine(report);
  return `## ${marks[verdict]} kube-state-metrics ${text(releaseOf(from))} → ${text(releaseOf(to))}: ${verdictName(report)}

**${text(answerSentence(report))}**

${reasons(report)}- Old: ${side(from)}
- New: ${side(to)}
${conformance === undefined ? '' : `- Candidate: ${text(conformance)}\n`}${scrape === undefined ? '' : `- ${scrapeTitle(report)}: ${text(scrape)}\n`}- Evidence: ${text(evidenceLine(report))}
- Took: ${formatDuration(report.durationMs)}
`;
}

function side(facts: GateReport['from']): string {
  return facts.image === '' ? text(sideLine(facts)) : `${code(facts.image)}, manifests ${text(facts.target || 'not known')}`;
}

function prediction(report: GateReport): string {
  const lines = predictionLines(report);
  return lines.length === 0 ? '' : `\n### Prediction for the old release\n\n${lines.map((line) => `- ${text(line)}\n`).join('')}`;
}

function reasons(report: GateReport): string {
  const found = reasonsOf(report);
  if (found.length === 0) return '';
  const rows = found.slice(0, MOST).map(({ why, change = '–' }) => `| ${text(why)} | ${text(change)} |`);
  const more = found.length > MOST ? `\n… and ${found.length - MOST} more reasons below.\n` : '';
  return `| Why | What to change |\n|---|---|\n${rows.join('\n')}\n${more}\n`;
}

function item(difference: GateDifference, brief: boolean): string {
  const { id, sentence, waived, old, new: now } = difference;
  const names = sideNames(difference);
  const waiver = waived ? ` Waived until ${text(waived.until)}: ${text(waived.reason)}` : '';
  const [before, after] = [old[0], now[0]];
  const examples = [
    ...(before === undefined ? [] : [`${names.old} ${code(before)}`]),
    ...(after === undefined ? [] : [`${names.new} ${code(after)}`]),
  ];
  return `- ${code(id)}${brief ? '' : `: ${text(sentence)}`}${waiver}${examples.length > 0 ? `<br>${examples.join('<br>')}` : ''}\n`;
}

function cost({ measures }: GateReport): string {
  if (measures.length === 0) return '';
  const rows = measures.map(
    ({ name, when, unit, old, new: now, ratio, budget }) =>
      `| ${measureNames[name]} ${when} | ${formatAmount(old, unit)} | ${formatAmount(now, unit)} | ${formatRatio(ratio)} | ${budget === undefined ? '' : formatRatio(budget)} |`,
  );
  return `\n### Cost\n\n| Measure | old | new | ratio | budget |\n|---|--:|--:|--:|--:|\n${rows.join('\n')}\n`;
}

function waivers({ waivers: { unused, expired } }: GateReport): string {
  const lines = [
    ...expired.map(({ difference, until }) => `- expired on ${text(until)}: ${code(difference)}\n`),
    ...unused.map(({ difference }) => `- unused: ${code(difference)}\n`),
  ];
  return lines.length === 0 ? '' : `\n### Waivers without effect\n\n${lines.join('')}`;
}
