import { distribution, plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { groupsOf } from './groups.ts';
import { type GateReport, releaseOf } from './model.ts';
import { weight } from './reasons.ts';

/** The answer and what it rests on, as one sentence. */
export function answerSentence({ verdict, reason, counts, differences, from, to }: GateReport): string {
  const versions = `${to.version} for ${from.version}`;
  const besides = reason === undefined ? '' : ` ${reason}`;
  const also = [
    ...(counts.note > 0 ? [plural(counts.note, 'note')] : []),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ];
  switch (verdict) {
    case 'accept':
      return `${to.version} may take the place of ${from.version}: nothing that anybody could rely on is different.${inVain(differences)}`;
    case 'accept with notes':
      return `${to.version} may take the place of ${from.version}; ${also.join(', ')}.`;
    case 'no answer':
      return `${reason ?? 'Not everything was compared.'} Whether ${releaseOf(to)} may take the place of ${releaseOf(from)} is not known.`;
    case 'reject': {
      if (differences.some(({ part }) => part === 'start')) return `Do not take ${versions}: it does not run.`;
      const more = also.length > 0 ? ` Besides, there are ${also.join(', ')}.` : '';
      return `Do not take ${versions} as it is: ${plural(counts.reject, 'difference')} would hurt somebody.${more}${besides}`;
    }
  }
}

function inVain(differences: readonly GateDifference[]): string {
  const { size } = new Set(differences.filter(isInVain).map(({ rule }) => rule));
  return size === 0 ? '' : ` ${plural(size, 'rule tells', 'rules tell')} nothing with either.`;
}

/** What to change, each piece of advice once, that of what rejects first. */
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
  const once = [...new Map(lines.map((line) => [line.advice, line])).values()];
  const told = once.map(({ advice, others }) => (others > 0 ? `${advice} Likewise for ${others} more.` : advice));
  return told.length > most
    ? [...told.slice(0, most - 1), `… and ${told.length - most + 1} more below, beside what they are for.`]
    : told;
}

/** What the examples of both sides are called: a requirement has none of the old release. */
export function sideNames({ part }: GateDifference): { readonly old: string; readonly new: string } {
  return part === 'conformance' ? { old: 'expected', new: 'actual' } : { old: 'old', new: 'new' };
}

/** What is as it was, and yet not as somebody meant it: rules that tell nothing with either release. */
export function isInVain({ both }: GateDifference): boolean {
  return both === true;
}

/** What nobody needs to know. */
export function isNothing({ severity, both }: GateDifference): boolean {
  return severity === 'harmless' && !both;
}

export function isToKnow({ severity, waived }: GateDifference): boolean {
  return severity === 'note' || (severity === 'reject' && waived !== undefined);
}

/** `live, upstream Kubernetes v1.34.1, 1 node (localhost/kube-node:v1.34.1)` */
export function evidenceLine({ cluster }: GateReport): string {
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
