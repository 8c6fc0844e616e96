import { html } from '../../report/html/markup.ts';
import { code, text } from '../../report/markdown.ts';
import { formatDuration } from '../../report/words.ts';
import { formatRatio, measureNames } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, namesOf } from './groups.ts';
import { type GateReport, releaseOf } from './model.ts';
import { conformanceLine, isInert, isNote } from './words.ts';

const columns = ['Kubernetes', 'from', 'to', 'verdict', 'reject', 'notes', 'waived', 'surprises', 'candidate', 'took'];
const MOST_NAMES = 4;

/** Comparisons on one page, as Markdown: a line for each, then what rejects and the notes, in groups. */
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

/** The release, with the manifests where they are not the known ones that fit it. */
function side(facts: GateReport['from']): string {
  const { target } = facts;
  return text(target === 'agent' || target === 'current' ? releaseOf(facts) : `${releaseOf(facts)}, ${target}`);
}

function details(report: GateReport): string {
  const { differences, from, measures, to, verdict, cluster, waivers } = report;
  const lines = [
    ...(report.reason === undefined ? [] : [`- ${text(report.reason)}`]),
    ...listed('rejects', differences.filter(rejects)),
    ...listed('notes', differences.filter(isNote)),
    ...listed('on both', differences.filter(isInert)),
    ...waivers.expired.map(({ difference, until }) => `- waiver expired on ${text(until)}: ${code(difference)}`),
    ...waivers.unused.map(({ difference }) => `- waiver unused: ${code(difference)}`),
    ...(measures.length === 0 ? [] : [`- cost: ${measures.map(ratio).join(', ')}`]),
  ];
  if (lines.length === 0) return '';
  const title = `${releaseOf(from)} → ${releaseOf(to)} on Kubernetes ${cluster.kubernetes}: ${verdict}`;
  // A blank line would end the part of Markdown that is HTML.
  const summary = html`${title.replace(/\s+/g, ' ')}`.markup;
  return `\n<details><summary>${summary}</summary>\n\n${lines.join('\n')}\n\n</details>\n`;
}

function listed(what: string, differences: readonly GateDifference[]): readonly string[] {
  return groupsOf(differences).map((group) => {
    const isSingle = group.members.length === 1;
    return `- ${what}: ${text(isSingle ? group.title : `${group.title}: ${namesOf(group, MOST_NAMES)}`)}`;
  });
}

function ratio({ name, when, ratio: times }: GateReport['measures'][number]): string {
  return `${measureNames[name]} ${when} ${formatRatio(times)}`;
}
