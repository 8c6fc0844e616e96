import { type GateDifference, parts } from '../difference.ts';

/** Differences of one kind that one release brought, which a reader takes in as one. */
export interface Group {
  readonly title: string;
  readonly since?: string;
  readonly members: readonly GateDifference[];
}

/** How several of a kind are told; of other kinds each is told by itself. */
const titles: Readonly<Record<string, string>> = {
  'family-gone': 'families are gone',
  'family-new': 'families are new',
  'family-silent': 'families have no series any more',
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
    const key = kind in titles ? `${part}/${kind}/${difference.since ?? ''}/${difference.origin ?? ''}` : difference.id;
    const known = groups.get(key);
    if (known) known.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()].sort(inOrder).map(groupOf);
}

/** The last words of the ids, as many as a sentence bears. */
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
    first.origin === 'surprise' ? ', and no table explains it' : first.since === undefined ? '' : ` since ${first.since}`;
  return { title: `${members.length} ${titles[kind]}${format}${because}`, ...since, members };
}

function inOrder([a]: readonly GateDifference[], [b]: readonly GateDifference[]): number {
  const rank = (one: GateDifference | undefined) => (one ? parts.indexOf(one.part) : 0);
  return rank(a) - rank(b) || minor(a) - minor(b);
}

function minor(difference: GateDifference | undefined): number {
  return Number(difference?.since?.split('.')[1] ?? 0);
}
