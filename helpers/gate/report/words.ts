import { distribution, plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, PREDICTED, weight } from './groups.ts';
import { type Extent, type GateReport, releaseOf, type SideFacts } from './model.ts';

/** The answer with its main reason, as one sentence; a predicted one begins with `Predicted: `. */
export function answerSentence(report: GateReport): string {
  return `${report.evidence === 'predicted' ? PREDICTED : ''}${answerOf(report)}`;
}

/** `reject`, `accept (predicted)` */
export function verdictName({ verdict, evidence }: Pick<GateReport, 'verdict' | 'evidence'>): string {
  return evidence === 'predicted' ? `${verdict} (predicted)` : verdict;
}

/** `v2.5.0 (registry.example/kube-state-metrics:v2.5.0), manifests agent`; in a preview `v2.5.0, predicted from the catalogue` */
export function sideLine({ version, image, target }: SideFacts): string {
  if (image === '') return `${version}, ${target}`;
  return `${version || 'unknown version'} (${image}), manifests ${target || 'not known'}`;
}

function answerOf({ verdict, reason, counts, differences, from, to, extent }: GateReport): string {
  const versions = `${to.version} for ${from.version}`;
  const appended = reason === undefined ? '' : ` ${reason}`;
  const also = [
    ...(counts.note > 0 ? [plural(counts.note, 'note')] : []),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ];
  switch (verdict) {
    case 'accept':
      return `${to.version} may replace ${from.version}: nothing that users rely on is different.${inert(differences)}${limits(extent)}`;
    case 'accept with notes':
      return `${to.version} may replace ${from.version}; ${also.join(', ')}.${limits(extent)}`;
    case 'no answer':
      return `${reason ?? 'Not everything was compared.'} Whether ${releaseOf(to)} may replace ${releaseOf(from)} is not known.`;
    case 'reject': {
      const start = differences.find(({ part }) => part === 'start');
      if (start) return `Do not take ${versions}${endOf(start)}`;
      const more = also.length > 0 ? ` There are also ${also.join(', ')}.` : '';
      return `Do not take ${versions} as it is: ${plural(counts.reject, 'difference')} ${counts.reject === 1 ? 'breaks' : 'break'} what users rely on.${more}${appended}`;
    }
  }
}

function endOf({ id, brief, new: [first = '', ...others] }: GateDifference): string {
  if (id.startsWith('start/ends-on/')) return `: it ends on ${first}${others.length > 0 ? ' and others' : ''}.`;
  return brief === undefined ? ': it does not run.' : `. ${brief}`;
}

/** What an acceptance does not cover: the resources without a series to compare. Empty where every one had some. */
function limits(extent: Extent | undefined): string {
  if (extent === undefined || extent.silent.length === 0) return '';
  const { old, new: now, resources, silent } = extent;
  const series = old === now ? plural(now, 'series', 'series') : `${old} and ${now} series`;
  return ` ${series} were compared; of ${silent.length} of ${plural(resources, 'resource')} neither exporter had any, so that nothing is known about them.`;
}

function inert(differences: readonly GateDifference[]): string {
  const { size } = new Set(differences.filter(isInert).map(({ rule }) => rule));
  return size === 0 ? '' : ` ${plural(size, 'rule')} ${size === 1 ? 'matches' : 'match'} nothing on either release.`;
}

/** What to change, without repetitions, beginning with the advice for what rejects. */
export function adviceLines({ differences }: GateReport, most: number): readonly string[] {
  const advised = [...differences].sort((a, b) => Number(rejects(b)) - Number(rejects(a)) || weight(b) - weight(a));
  const lines = groupsOf(
    advised.filter(({ advice, both, severity }) => advice !== undefined && (severity !== 'harmless' || both)),
  )
    .sort(
      (a, b) => Number(b.members.some(rejects)) - Number(a.members.some(rejects)) || weight(b.members[0]) - weight(a.members[0]),
    )
    .map(({ members: [first, ...others] }) => ({
      advice: `${first?.rule === undefined ? '' : `${first.rule}: `}${first?.advice ?? ''}`,
      others: others.length,
    }));
  const unique = [...new Map(lines.map((line) => [line.advice, line])).values()];
  const texts = unique.map(({ advice, others }) => (others > 0 ? `${advice} Likewise for ${others} more.` : advice));
  if (texts.length <= most) return texts;
  return [...texts.slice(0, most - 1), `… and ${texts.length - most + 1} more, each below its difference.`];
}

/** The titles of the examples of both sides: a requirement has none of the old release. */
export function sideNames({ part }: GateDifference): { readonly old: string; readonly new: string } {
  return part === 'conformance' ? { old: 'expected', new: 'actual' } : { old: 'old', new: 'new' };
}

/** The title of the rules that match nothing on either release, probably against their author's intention. */
export const INERT = 'Rules that match nothing on either release';

export function isInert({ both }: GateDifference): boolean {
  return both === true;
}

export function isHarmless({ severity, both }: GateDifference): boolean {
  return severity === 'harmless' && !both;
}

/** Whether it is worth knowing without rejecting: a note, or a waived rejection. */
export function isNote({ severity, waived }: GateDifference): boolean {
  return severity === 'note' || (severity === 'reject' && waived !== undefined);
}

/** `live, upstream Kubernetes v1.34.1, 1 node (localhost/kube-node:v1.34.1)` */
export function evidenceLine({ cluster, evidence }: GateReport): string {
  if (evidence === 'predicted') {
    const origin = cluster.kind === 'files' ? 'saved objects' : 'objects';
    return `predicted from the catalogue, nothing was deployed; ${origin} of ${distribution(cluster)}, ${plural(cluster.nodes, 'node')}`;
  }
  return `live, ${distribution(cluster)}, ${plural(cluster.nodes, 'node')} (${cluster.image || cluster.kind})`;
}

/** `conformant: 105 requirements hold, none failed, 5 known issues`; undefined where none was verified. */
export function conformanceLine({ conformance }: GateReport): string | undefined {
  if (!conformance) return undefined;
  const { passed, failed, knownIssues } = conformance.counts;
  const facts = [
    `${plural(passed, 'requirement')} ${passed === 1 ? 'holds' : 'hold'}`,
    failed === 0 ? 'none failed' : `${failed} failed`,
    ...(knownIssues > 0 ? [plural(knownIssues, 'known issue')] : []),
  ];
  return `${conformance.verdict}: ${facts.join(', ')}`;
}

/** What `scrapeLine` is titled: nothing is scraped in a preview, and the labels are those with which the rules are judged. */
export function scrapeTitle({ evidence }: Pick<GateReport, 'evidence'>): 'Scraped' | 'Target' {
  return evidence === 'predicted' ? 'Target' : 'Scraped';
}

/** `job="ksm", cluster="prod-1" (from the rules), honor_labels: true`; undefined where nothing was scraped. */
export function scrapeLine({ scrape }: GateReport): string | undefined {
  if (!scrape) return undefined;
  const labels = Object.entries(scrape.labels).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}${scrape.derived.includes(name) ? ' (from the rules)' : ''}`,
  );
  return `${[...labels, `honor_labels: ${scrape.honorLabels}`].join(', ')}`;
}
