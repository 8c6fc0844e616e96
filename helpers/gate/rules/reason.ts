import { accepts } from '../../rules/match.ts';
import type { Matcher, Selector } from '../../rules/selector.ts';
import type { Classified } from '../surface/classify.ts';
import { replacementOf, successorOf } from './former-names.ts';
import type { RuleContext } from './rule-context.ts';

/** Why a selector matches what it does, and what to write instead. */
export interface Reason {
  readonly sentence: string;
  readonly advice?: string;
  /** Whether it is a difference between the two releases that keeps it; otherwise it is as it was. */
  readonly changed: boolean;
}

/** What keeps a selector from matching; undefined where nothing does but the objects that there are. */
export function reasonOf(selector: Selector, context: RuleContext): Reason | undefined {
  const { metric = '' } = selector;
  const changes = context.changes.filter(({ family }) => family === metric);
  const ofChange = reasonOfFamily(metric, changes);
  if (ofChange) return { ...ofChange, changed: true };
  const ofName = reasonOfName(metric, context);
  return ofName ? { ...ofName, changed: false } : reasonOfMatchers(selector, changes, context);
}

type Words = Omit<Reason, 'changed'>;

function reasonOfFamily(metric: string, changes: readonly Classified[]): Words | undefined {
  for (const { kind, to, ...change } of changes) {
    const since = sinceOf(change);
    if (kind === 'family-gone') return { sentence: `${metric} is gone${since}.`, ...replaced(metric) };
    if (kind === 'family-renamed') return { sentence: `${metric} is called ${to}${since}.`, advice: `Ask for ${to}.` };
    if (kind === 'family-silent') {
      const allowlist = /_(label|annotation)s$/.exec(metric)?.[1];
      if (allowlist === undefined) return { sentence: `${metric} has no series${since}.` };
      return {
        sentence: `${metric} has no series${since} unless an allowlist names keys.`,
        advice: `Name the keys in --metric-${allowlist}s-allowlist.`,
      };
    }
  }
  return undefined;
}

function reasonOfName(metric: string, { families, old, new: now }: RuleContext): Words | undefined {
  const successor = successorOf(metric);
  if (successor !== undefined) {
    return { sentence: `${metric} is a name of version 1, gone since 2.0.`, advice: `Ask for ${successor}.` };
  }
  const until = families.get(metric);
  const isThere = [old, now].some((side) => (side.families.get(metric)?.samples.length ?? 0) > 0);
  if (until !== undefined && !isThere) return { sentence: `${metric} is gone since ${until}.`, ...replaced(metric) };
  const kind = /_(label|annotation)s$/.exec(metric)?.[1];
  if (kind !== undefined && !isThere) {
    const sentence = `${metric} has no series unless an allowlist names keys.`;
    return { sentence, advice: `Name the keys in --metric-${kind}s-allowlist.` };
  }
  if (metric === '' || families.has(metric)) return undefined;
  return { sentence: `No release of the exporter has a family ${metric}.` };
}

function reasonOfMatchers(selector: Selector, changes: readonly Classified[], context: RuleContext): Reason | undefined {
  for (const matcher of selector.matchers) {
    const ofChange = reasonOfMatcher(matcher, changes);
    if (ofChange) return { ...ofChange, changed: true };
    const ofAbsence = reasonOfAbsence(matcher, selector, context);
    if (ofAbsence) return { ...ofAbsence, changed: false };
  }
  return undefined;
}

function reasonOfMatcher(matcher: Matcher, changes: readonly Classified[]): Words | undefined {
  const { label } = matcher;
  for (const change of changes.filter((one) => one.label === label)) {
    const since = sinceOf(change);
    if (change.kind === 'label-gone') return { sentence: `The label ${label} is gone${since}.` };
    if (change.kind === 'label-renamed') return { sentence: `The label ${label} is called ${change.to}${since}.` };
    const lost = change.changes.find(
      (pair) => pair.old && pair.new && accepts(matcher, pair.old.labels) && !accepts(matcher, pair.new.labels),
    );
    if (change.kind === 'label-value' && lost) {
      return {
        sentence: `${written(matcher)} matches nothing${since}: the exporter writes ${JSON.stringify(lost.new?.labels[label] ?? '')} instead.`,
        advice: `Match both: ${label}=~"${lost.old?.labels[label] ?? ''}|${lost.new?.labels[label] ?? ''}".`,
      };
    }
  }
  return undefined;
}

/** A label or a value that neither release has. */
function reasonOfAbsence(matcher: Matcher, { metric = '' }: Selector, { old, new: now }: RuleContext): Words | undefined {
  const { label, value, operator } = matcher;
  if (label === '__name__' || accepts(matcher, {})) return undefined;
  const samples = [old, now].flatMap(({ families }) => families.get(metric)?.samples ?? []);
  if (samples.length > 0 && !samples.some(({ labels }) => labels[label] !== undefined)) {
    const [, kind] = /^(label|annotation)_/.exec(label) ?? [];
    const advice = kind === undefined ? {} : { advice: `Name its key in --metric-${kind}s-allowlist.` };
    return { sentence: `${metric} has no label ${label}.`, ...advice };
  }
  if (operator === '=' && value === '<none>') {
    return {
      sentence: `${written(matcher)} matches nothing since 2.8: the exporter writes "" instead.`,
      advice: `Write ${label}="".`,
    };
  }
  return undefined;
}

function replaced(metric: string): Pick<Reason, 'advice'> {
  const replacement = replacementOf(metric);
  return replacement === undefined ? {} : { advice: `Count ${replacement}.` };
}

function sinceOf({ since }: Pick<Classified, 'since'>): string {
  return since === undefined ? '' : ` since ${since}`;
}

function written({ label, operator, value }: Matcher): string {
  return `${label}${operator}"${value}"`;
}
