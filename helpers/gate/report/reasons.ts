import type { GateDifference } from '../difference.ts';
import { rejects } from '../verdict.ts';
import { type Group, groupsOf, namesOf } from './groups.ts';
import type { GateReport } from './model.ts';

/** A reason for the answer, with what to change. */
export interface Reason {
  readonly why: string;
  readonly change?: string;
}

/** The reasons for the answer, those of rules first: of what rejects, or else of what is to be known. */
export function reasonsOf(report: GateReport): readonly Reason[] {
  const { differences, verdict } = report;
  const deciding = differences.filter(verdict === 'reject' ? rejects : ({ severity }) => severity !== 'harmless');
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

/** Rules that somebody wrote weigh more than names that nobody may use. */
export function weight(difference: GateDifference | undefined): number {
  const weights: Partial<Record<GateDifference['part'], number>> = {
    start: 9,
    conformance: 8,
    rules: 7,
    dashboards: 6,
    permissions: 5,
  };
  return difference === undefined ? 0 : (weights[difference.part] ?? 1);
}
