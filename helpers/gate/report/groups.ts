import { type GateDifference, parts } from '../difference.ts';
import { rejects } from '../verdict.ts';
import type { GateReport } from './model.ts';

/** What every line about a predicted difference begins with. */
export const PREDICTED = 'Predicted: ';

/** Differences of the same kind and release, shown as one. */
export interface Group {
  readonly title: string;
  readonly since?: string;
  readonly members: readonly GateDifference[];
}

/** The titles of groups by kind; differences of other kinds are not grouped. */
const titles: Readonly<Record<string, string>> = {
  'family-gone': 'families are gone',
  'family-new': 'families are new',
  'family-silent': 'families no longer have series',
  'family-filled': 'families have series for the first time',
  'header-gone': 'families have no header while there is no object for them',
  'header-new': 'families have a header even without an object',
  'label-gone': 'labels are gone',
  'label-new': 'labels are new',
  'label-value': 'labels have other values',
  'series-gone': 'families have fewer series of the same objects',
  'series-new': 'families have more series of the same objects',
  value: 'families have other values',
  type: 'families have another type',
  stability: 'families have another stability',
  deprecated: 'families are deprecated',
  added: 'permissions are new',
  removed: 'permissions are no longer granted',
};

/** Groups differences by part, kind and release, in the order of the parts; the kind is the second word of an id. */
export function groupsOf(differences: readonly GateDifference[]): Group[] {
  const groups = new Map<string, GateDifference[]>();
  for (const difference of differences) {
    const [part = '', kind = ''] = difference.id.split('/');
    // In the id of a rule's difference, the second word is the name of its group.
    const isGrouped = difference.rule === undefined && Object.hasOwn(titles, kind);
    const key = isGrouped ? `${part}/${kind}/${difference.since ?? ''}/${difference.origin ?? ''}` : difference.id;
    const known = groups.get(key);
    if (known) known.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()].sort(inOrder).map(groupOf);
}

/** The last parts of the ids, at most as many as given. */
export function namesOf({ members }: Group, most: number): string {
  const names = members.map(({ id }) => id.split('/').slice(2).join(' '));
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

function groupOf(members: readonly GateDifference[]): Group {
  const [first] = members;
  const kind = first?.id.split('/')[1] ?? '';
  const since = first?.since === undefined ? {} : { since: first.since };
  if (members.length === 1 || !first) return { title: first?.sentence ?? '', ...since, members };
  const format = first.part === 'openmetrics' ? ' in OpenMetrics' : '';
  const because =
    first.origin === 'surprise'
      ? ', and the catalogue does not explain it'
      : first.since === undefined
        ? ''
        : ` since ${first.since}`;
  const title = `${members.length} ${titles[kind]}${format}${because}`;
  return { title: first.predicted ? `${PREDICTED}${title}` : title, ...since, members };
}

function inOrder([a]: readonly GateDifference[], [b]: readonly GateDifference[]): number {
  const rank = (difference: GateDifference | undefined) => (difference ? parts.indexOf(difference.part) : 0);
  return rank(a) - rank(b) || minor(a) - minor(b);
}

function minor(difference: GateDifference | undefined): number {
  return Number(difference?.since?.split('.')[1] ?? 0);
}

/** A reason for the answer, with what to change. */
export interface Reason {
  readonly why: string;
  readonly change?: string;
}

/**
 * The reasons for the answer, those of rules first: for a reject what rejects, and the notes that may explain it, such as objects of
 * the cluster that meet a known issue of the candidate; else the notes.
 */
export function reasonsOf(report: GateReport): readonly Reason[] {
  const { differences, verdict } = report;
  // Rules of which only the results reject: their notes may explain why.
  const unexplained = new Set(differences.filter(rejects).map(({ rule }) => rule));
  for (const { id, rule } of differences.filter(rejects)) if (!id.endsWith('/result')) unexplained.delete(rule);
  const explains = (difference: GateDifference) =>
    difference.severity === 'note' &&
    (meetsKnownIssue(difference) || (difference.rule !== undefined && unexplained.has(difference.rule)));
  const deciding = differences.filter(
    verdict === 'reject'
      ? (difference) => rejects(difference) || explains(difference)
      : ({ severity }) => severity !== 'harmless',
  );
  const ofRules = new Map<string, GateDifference[]>();
  for (const difference of deciding) {
    const { rule } = difference;
    if (rule !== undefined) ofRules.set(rule, [...(ofRules.get(rule) ?? []), difference]);
  }
  const groups = groupsOf(deciding.filter(({ rule }) => rule === undefined));
  const found = [
    ...[...ofRules].map(([rule, members]) => ({ reason: reasonOfRule(rule, members), first: members[0] })),
    ...groups.map((group) => ({ reason: reasonOfGroup(group), first: group.members[0] })),
  ];
  return found.sort((a, b) => weight(b.first) - weight(a.first)).map(({ reason }) => reason);
}

function reasonOfRule(rule: string, members: readonly GateDifference[]): Reason {
  const briefs = [...new Set(members.map(({ brief, sentence }) => brief ?? withoutMark(sentence)))];
  const advice = [...new Set(members.flatMap((member) => member.advice ?? []))];
  const mark = members[0]?.predicted ? PREDICTED : '';
  return { why: `${mark}${rule}: ${briefs.join(' ')}`, ...(advice.length > 0 ? { change: advice.join(' ') } : {}) };
}

function withoutMark(sentence: string): string {
  return sentence.startsWith(PREDICTED) ? sentence.slice(PREDICTED.length) : sentence;
}

function reasonOfGroup(group: Group): Reason {
  const { members, title } = group;
  const [first] = members;
  const why = members.length === 1 ? (first?.brief ?? title) : `${title}: ${namesOf(group, 3)}.`;
  const advised = members.filter(({ advice }) => advice !== undefined);
  const advice = advised[0]?.advice;
  if (advice === undefined) return { why };
  const alike = advised.every((member) => member.advice === advice) ? 0 : advised.length - 1;
  return { why, change: alike > 0 ? `${advice} Likewise for ${alike} more.` : advice };
}

/** The order of reasons: rules that somebody wrote come before names that perhaps nobody uses. */
export function weight(difference: GateDifference | undefined): number {
  const weights: Partial<Record<GateDifference['part'], number>> = {
    start: 9,
    conformance: 8,
    rules: 7,
    dashboards: 6,
    permissions: 5,
  };
  if (difference === undefined) return 0;
  return meetsKnownIssue(difference) ? KNOWN_ISSUE_WEIGHT : (weights[difference.part] ?? 1);
}

/** After what keeps the candidate from running, before everything else. */
const KNOWN_ISSUE_WEIGHT = 8.5;

function meetsKnownIssue({ id }: GateDifference): boolean {
  return id.startsWith('objects/known-issue/');
}
