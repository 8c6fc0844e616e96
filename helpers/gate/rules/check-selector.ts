import { writeSample } from '../../accounting/series.ts';
import { type Matched, matchedBy } from '../../prometheus/rules/match.ts';
import type { Selector } from '../../prometheus/rules/selector.ts';
import type { Severity } from '../difference.ts';
import { reasonOf } from './reason.ts';
import type { RuleContext } from './rule-context.ts';

/** A difference of a rule, without the rule. */
export interface Finding {
  /** Unique among the findings of a rule: `selector-lost/kube_x`. */
  readonly key: string;
  readonly sentence: string;
  /** A shorter form of the sentence. */
  readonly brief?: string;
  readonly severity: Severity;
  readonly both?: true;
  readonly since?: string;
  readonly advice?: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

const EXAMPLES = 2;

/** Compares what a selector matches on both sides; undefined when there is nothing to report. */
export function checkSelector(selector: Selector, context: RuleContext): Finding | undefined {
  const old = matchedBy(selector, context.old);
  const now = matchedBy(selector, context.new);
  const name = selector.metric ?? 'any-name';
  const examples = { old: examplesOf(old), new: examplesOf(now) };
  const reason = reasonOf(selector, context);
  const details = {
    ...(reason === undefined ? {} : { brief: reason.sentence }),
    ...(reason?.advice === undefined ? {} : { advice: reason.advice }),
    ...examples,
  };
  const because = reason === undefined ? '' : ` ${reason.sentence}`;
  const inert = selector.excludes ? ' It is on the right of "unless", so nothing is excluded.' : '';
  if (old.length > 0 && now.length === 0) {
    const zero = old.every(({ sample }) => sample.value === 0);
    const what = zero ? 'no longer matches series, all of which had the value 0' : 'no longer matches anything';
    const sentence = `${selector.text} ${what} (${old.length} series before).${because}${inert}`;
    return { key: `selector-lost/${name}`, sentence, severity: zero ? 'note' : 'reject', ...details };
  }
  if (old.length === 0 && now.length > 0) {
    const sentence = `${selector.text} matches ${now.length} series; it matched none before.${because}`;
    return { key: `selector-found/${name}`, sentence, severity: 'note', ...details };
  }
  if (old.length === 0) {
    const sentence = `${selector.text} matches nothing on either side.${because}${inert}`;
    const key = `selector-idle/${name}`;
    if (reason?.changed) return { key, sentence, severity: 'note', ...details };
    return { key, sentence, severity: 'harmless', ...(reason && { both: true }), ...details };
  }
  if (now.length < old.length && reason !== undefined) {
    const sentence = `${selector.text} matches ${now.length} series; it matched ${old.length} before.${because}`;
    return { key: `selector-fewer/${name}`, sentence, severity: 'note', ...details };
  }
  return undefined;
}

function examplesOf(matched: readonly Matched[]): readonly string[] {
  return matched.slice(0, EXAMPLES).map(({ metric, sample }) => writeSample(metric, sample.labels, sample.value));
}
