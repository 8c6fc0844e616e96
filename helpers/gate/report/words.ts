import { distribution, plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf, namesOf } from './groups.ts';
import type { GateReport } from './model.ts';

/** The answer and what it rests on, as one sentence. */
export function answerSentence({ verdict, counts, differences, from, to }: GateReport): string {
  const versions = `${to.version} for ${from.version}`;
  const also = [
    ...(counts.know > 0 ? [plural(counts.know, 'change to know', 'changes to know')] : []),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ];
  switch (verdict) {
    case 'accept':
      return `${to.version} may take the place of ${from.version}: nothing that anybody could rely on is different.`;
    case 'accept with changes to know':
      return `${to.version} may take the place of ${from.version}; ${also.join(', ')}.`;
    case 'reject': {
      if (differences.some(({ part }) => part === 'start')) return `Do not take ${versions}: it does not start.`;
      const more = also.length > 0 ? ` Besides, there are ${also.join(', ')}.` : '';
      return `Do not take ${versions} as it is: ${plural(counts.reject, 'difference')} would hurt somebody.${more}`;
    }
  }
}

/** Why, in as few lines as the first screen bears: the groups of what rejects, or else of what is to be known. */
export function whyLines({ differences, verdict }: GateReport, most: number): readonly string[] {
  const deciding = verdict === 'reject' ? differences.filter(rejects) : differences.filter(isToKnow);
  const lines = groupsOf(deciding)
    .sort((a, b) => weight(b.members[0]) - weight(a.members[0]))
    .map((group) => (group.members.length === 1 ? group.title : `${group.title}: ${namesOf(group, 3)}.`));
  return lines.length > most ? [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more reasons below.`] : lines;
}

/** What to change, each piece of advice once, that of what rejects first. */
export function adviceLines({ differences }: GateReport, most: number): readonly string[] {
  const advised = [...differences].sort((a, b) => Number(rejects(b)) - Number(rejects(a)) || weight(b) - weight(a));
  const lines = groupsOf(advised.filter(({ advice, severity }) => advice !== undefined && severity !== 'nothing'))
    .sort(
      (a, b) => Number(b.members.some(rejects)) - Number(a.members.some(rejects)) || weight(b.members[0]) - weight(a.members[0]),
    )
    .map(({ members }) => ({ advice: members[0]?.advice ?? '', count: members.length }));
  const once = [...new Map(lines.map((line) => [line.advice, line])).values()];
  const told = once.map(({ advice, count }) => (count > 1 ? `${advice} Likewise for ${count - 1} more.` : advice));
  return told.length > most
    ? [...told.slice(0, most - 1), `… and ${told.length - most + 1} more below, beside what they are for.`]
    : told;
}

export function isToKnow({ severity, waived }: GateDifference): boolean {
  return severity === 'know' || (severity === 'reject' && waived !== undefined);
}

/** `live, upstream Kubernetes v1.34.1, 1 node (localhost/kube-node:v1.34.1)` */
export function evidenceLine({ cluster }: GateReport): string {
  return `live, ${distribution(cluster)}, ${plural(cluster.nodes, 'node')} (${cluster.image || cluster.kind})`;
}

/** `conformant: 105 requirements hold, none failed, 5 declared deviations`; undefined where none was verified. */
export function conformanceLine({ conformance }: GateReport): string | undefined {
  if (!conformance) return undefined;
  const { passed, failed, deviates } = conformance.counts;
  const facts = [
    `${plural(passed, 'requirement')} ${passed === 1 ? 'holds' : 'hold'}`,
    failed === 0 ? 'none failed' : `${failed} failed`,
    ...(deviates > 0 ? [plural(deviates, 'declared deviation')] : []),
  ];
  return `${conformance.verdict}: ${facts.join(', ')}`;
}

/** Rules that somebody wrote weigh more than names that nobody may use. */
function weight(difference: GateDifference | undefined): number {
  const weights: Partial<Record<GateDifference['part'], number>> = {
    start: 9,
    conformance: 8,
    rules: 7,
    dashboards: 6,
    permissions: 5,
  };
  return difference === undefined ? 0 : (weights[difference.part] ?? 1);
}
