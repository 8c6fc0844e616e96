import { writeSample } from '../../accounting/series.ts';
import { type Matched, matchedBy } from '../../rules/match.ts';
import type { Selector } from '../../rules/selector.ts';
import type { Severity } from '../difference.ts';
import { reasonOf } from './reason.ts';
import type { RuleContext } from './rule-context.ts';

/** What is to be said of a rule, before it is told which rule. */
export interface Finding {
  /** Tells it from other findings of the same rule: `selector-lost/kube_x`. */
  readonly key: string;
  readonly sentence: string;
  /** Why, in as few words as there are. */
  readonly brief?: string;
  readonly severity: Severity;
  readonly both?: true;
  readonly since?: string;
  readonly advice?: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

const EXAMPLES = 2;

/** What became of one selector between the two sides; undefined when it matches as before. */
export function judgeSelector(selector: Selector, context: RuleContext): Finding | undefined {
  const old = matchedBy(selector, context.old);
  const now = matchedBy(selector, context.new);
  const name = selector.metric ?? 'any-name';
  const examples = { old: examplesOf(old), new: examplesOf(now) };
  const reason = reasonOf(selector, context);
  const told = {
    ...(reason === undefined ? {} : { brief: reason.sentence }),
    ...(reason?.advice === undefined ? {} : { advice: reason.advice }),
    ...examples,
  };
  const because = reason === undefined ? '' : ` ${reason.sentence}`;
  const inert = selector.excludes ? ' It stands after "unless", so that nothing is excluded.' : '';
  if (old.length > 0 && now.length === 0) {
    const zero = old.every(({ sample }) => sample.value === 0);
    const what = zero ? 'no longer has the series of 0 that it had' : 'no longer matches anything';
    const sentence = `${selector.text} ${what} (${old.length} series before).${because}${inert}`;
    return { key: `selector-lost/${name}`, sentence, severity: zero ? 'know' : 'reject', ...told };
  }
  if (old.length === 0 && now.length > 0) {
    const sentence = `${selector.text} begins to match: ${now.length} series, and none before.${because}`;
    return { key: `selector-found/${name}`, sentence, severity: 'know', ...told };
  }
  if (old.length === 0) {
    const sentence = `${selector.text} matches nothing on either side.${because}${inert}`;
    const key = `selector-idle/${name}`;
    if (reason?.changed) return { key, sentence, severity: 'know', ...told };
    return { key, sentence, severity: 'nothing', ...(reason && { both: true }), ...told };
  }
  if (now.length < old.length && reason !== undefined) {
    const sentence = `${selector.text} matches ${now.length} series, and matched ${old.length}.${because}`;
    return { key: `selector-fewer/${name}`, sentence, severity: 'know', ...told };
  }
  return undefined;
}

function examplesOf(matched: readonly Matched[]): readonly string[] {
  return matched.slice(0, EXAMPLES).map(({ metric, sample }) => writeSample(metric, sample.labels, sample.value));
}
