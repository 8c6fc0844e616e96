import { distribution, plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { type Group, groupsOf, namesOf } from './groups.ts';
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

/** A reason for the answer, with what to change. */
export interface Reason {
  readonly why: string;
  readonly change?: string;
}

/** The reasons for the answer, those of rules first: of what rejects, or else of what is to be known. */
export function reasonsOf(report: GateReport): readonly Reason[] {
  const { differences, verdict } = report;
  const deciding = differences.filter(verdict === 'reject' ? rejects : isToKnow);
  const ofRules = new Map<string, GateDifference[]>();
  for (const one of deciding) if (one.rule !== undefined) ofRules.set(one.rule, [...(ofRules.get(one.rule) ?? []), one]);
  const groups = groupsOf(deciding.filter(({ rule }) => rule === undefined));
  const found = [
    ...[...ofRules].map(([rule, members]) => ({ reason: reasonOfRule(rule, members), first: members[0] })),
    ...groups.map((group) => ({ reason: reasonOfGroup(group), first: group.members[0] })),
  ];
  return found.sort((a, b) => weight(b.first) - weight(a.first)).map(({ reason }) => reason);
}

function reasonOfRule(rule: string, members: readonly GateDifference[]): Reason {
  const briefs = [...new Set(members.map(({ brief, sentence }) => brief ?? sentence))];
  const advice = [...new Set(members.flatMap(({ advice: one }) => one ?? []))];
  return { why: `${rule}: ${briefs.join(' ')}`, ...(advice.length > 0 ? { change: advice.join(' ') } : {}) };
}

function reasonOfGroup(group: Group): Reason {
  const { members, title } = group;
  const [first] = members;
  const why = members.length === 1 ? (first?.brief ?? title) : `${title}: ${namesOf(group, 3)}.`;
  const advised = members.filter(({ advice }) => advice !== undefined);
  const advice = advised[0]?.advice;
  if (advice === undefined) return { why };
  const alike = advised.every((one) => one.advice === advice) ? 0 : advised.length - 1;
  return { why, change: alike > 0 ? `${advice} Likewise for ${alike} more.` : advice };
}

/** What to change, each piece of advice once, that of what rejects first. */
export function adviceLines({ differences }: GateReport, most: number): readonly string[] {
  const advised = [...differences].sort((a, b) => Number(rejects(b)) - Number(rejects(a)) || weight(b) - weight(a));
  const lines = groupsOf(advised.filter(({ advice, severity }) => advice !== undefined && severity !== 'nothing'))
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
