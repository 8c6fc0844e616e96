import { html } from '../../report/html/markup.ts';
import { code, text } from '../../report/markdown.ts';
import { formatDuration } from '../../report/words.ts';
import { formatRatio, measureNames } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, namesOf } from './groups.ts';
import { type GateReport, releaseOf } from './model.ts';
import { conformanceLine, isInVain, isToKnow } from './words.ts';

const columns = ['Kubernetes', 'from', 'to', 'verdict', 'reject', 'notes', 'waived', 'surprises', 'candidate', 'took'];
const MOST_NAMES = 4;

/** Many comparisons on one page, as Markdown: a line for each, then what rejects and what is to be known, in groups. */
export function renderComparisons(reports: readonly GateReport[]): string {
  const sorted = [...reports].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const table = [columns, columns.map(() => '---'), ...sorted.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `${table}\n${sorted.map(details).join('')}`;
}

function cells(report: GateReport): readonly (string | number)[] {
  const { cluster, counts, differences, durationMs, from, to, verdict } = report;
  const surprises = differences.filter(({ origin }) => origin === 'surprise').length;
  const numbers = [counts.reject, counts.note, counts.waived, surprises];
  const candidate = conformanceLine(report) ?? 'not verified';
  return [text(cluster.kubernetes), side(from), side(to), verdict, ...numbers, candidate, formatDuration(durationMs)];
}

/** The manifests are told where they are not the ones that fit the release. */
function side(facts: GateReport['from']): string {
  const { target } = facts;
  return text(target === 'agent' || target === 'current' ? releaseOf(facts) : `${releaseOf(facts)}, ${target}`);
}

function details(report: GateReport): string {
  const { differences, from, measures, to, verdict, cluster, waivers } = report;
  const lines = [
    ...(report.reason === undefined ? [] : [`- ${text(report.reason)}`]),
    ...listed('rejects', differences.filter(rejects)),
    ...listed('notes', differences.filter(isToKnow)),
    ...listed('with both', differences.filter(isInVain)),
    ...waivers.expired.map(({ difference, until }) => `- a waiver that expired on ${text(until)}: ${code(difference)}`),
    ...waivers.unused.map(({ difference }) => `- a waiver of nothing: ${code(difference)}`),
    ...(measures.length === 0 ? [] : [`- cost: ${measures.map(ratio).join(', ')}`]),
  ];
  if (lines.length === 0) return '';
  const title = `${releaseOf(from)} → ${releaseOf(to)} on Kubernetes ${cluster.kubernetes}: ${verdict}`;
  // On one line: a blank one would end what Markdown leaves alone as HTML.
  const summary = html`${title.replace(/\s+/g, ' ')}`.markup;
  return `\n<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>\n`;
}

function listed(what: string, differences: readonly GateDifference[]): readonly string[] {
  return groupsOf(differences).map((group) => {
    const alone = group.members.length === 1;
    return `- ${what}: ${text(alone ? group.title : `${group.title}: ${namesOf(group, MOST_NAMES)}`)}`;
  });
}

function ratio({ name, when, ratio: times }: GateReport['measures'][number]): string {
  return `${measureNames[name]} ${when} ${formatRatio(times)}`;
}
