import { writeSample } from '../../accounting/series.ts';
import type { Expression } from '../../prometheus/rules/expression.ts';
import { labelsOfTemplate } from '../../prometheus/rules/rule.ts';
import { type Matches, matchesOf } from '../../prometheus/rules/surface.ts';
import type { Selector } from '../../prometheus/rules/syntax.ts';
import type { Severity } from '../difference.ts';
import { labelsWithoutSeries, reasonOf } from './reason.ts';
import { type RuleContext, selectsExporter } from './rule-context.ts';

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

/** Compares what a selector matches on both sides; undefined when there is nothing to report. */
export function checkSelector(selector: Selector, context: RuleContext): Finding | undefined {
  const old = matchesOf(selector, context.old, context.target);
  const now = matchesOf(selector, context.new, context.target);
  const name = selector.metric ?? 'any-name';
  const examples = { old: examplesOf(old), new: examplesOf(now) };
  const reason = reasonOf(selector, context);
  const details = {
    ...(reason === undefined ? {} : { brief: reason.sentence }),
    ...(reason?.advice === undefined ? {} : { advice: reason.advice }),
    ...examples,
  };
  const because = reason === undefined ? '' : ` ${reason.sentence}`;
  const excluding = selector.excludes ? ' It is on the right of "unless", so that they are excluded now.' : '';
  const inert = selector.excludes ? ' It is on the right of "unless", so nothing is excluded.' : '';
  if (old.count > 0 && now.count === 0) {
    const what = old.allZero ? 'no longer matches series, all of which had the value 0' : 'no longer matches anything';
    const sentence = `${selector.text} ${what} (${old.count} series before).${because}${inert}`;
    return { key: `selector-lost/${name}`, sentence, severity: old.allZero ? 'note' : 'reject', ...details };
  }
  if (old.count === 0 && now.count > 0) {
    const sentence = `${selector.text} matches ${now.count} series; it matched none before.${because}${excluding}`;
    return { key: `selector-found/${name}`, sentence, severity: 'note', brief: sentence, ...details };
  }
  if (old.count === 0) {
    const sentence = `${selector.text} matches nothing on either release.${because}${inert}`;
    const key = `selector-idle/${name}`;
    const lost = lostWithTargetLabel(selector, context);
    if (lost !== undefined) return { key, sentence: `${sentence} ${lost}`, severity: 'note', ...details };
    if (reason?.changed) return { key, sentence, severity: 'note', ...details };
    return { key, sentence, severity: 'harmless', ...(reason && { both: true }), ...details };
  }
  if (now.count < old.count && reason !== undefined) {
    const sentence = `${selector.text} matches ${now.count} series; it matched ${old.count} before.${because}`;
    return { key: `selector-fewer/${name}`, sentence, severity: 'note', ...details };
  }
  return undefined;
}

/** A loss that shows only if labels that no series has are labels of the scrape target; undefined when there is none. */
function lostWithTargetLabel(selector: Selector, { old, new: now, target }: RuleContext): string | undefined {
  const labels = labelsWithoutSeries(selector, { old, new: now, target });
  if (labels.length === 0) return undefined;
  const ignored = new Set(labels);
  const [before, after] = [matchesOf(selector, old, target, ignored), matchesOf(selector, now, target, ignored)];
  if (before.count === 0 || before.allZero || after.count > 0) return undefined;
  const flags = labels.map((label) => `--target-label ${label}=VALUE`).join(' ');
  return `If the scrape target has the label ${labels.join(', ')}, it matches ${before.count} series of the old release and none of the candidate: set ${flags}.`;
}

function examplesOf({ examples }: Matches): readonly string[] {
  return examples.map(({ metric, sample }) => writeSample(metric, sample.labels, sample.value));
}

/** A label that a rule uses, where it does, and the selectors whose series must have it. */
interface Use {
  readonly role: 'by' | 'on' | 'group' | 'matcher' | 'template';
  readonly label: string;
  readonly selectors: readonly Selector[];
  readonly where: string;
}

/** Labels that a rule uses and its series no longer have, and labels of `group_left` that no series has on either release. */
export function checkLabels(
  { selectors, labels }: Expression,
  templates: Readonly<Record<string, string>>,
  context: RuleContext,
): readonly Finding[] {
  const uses: readonly Use[] = [
    ...labels.flatMap(({ role, label, selectors: selected }) =>
      role === 'without' || role === 'ignoring' ? [] : [{ role, label, selectors: selected, where: written(role, label) }],
    ),
    ...selectors.flatMap((selector) =>
      selector.matchers.map(({ label }) => ({ role: 'matcher' as const, label, selectors: [selector], where: selector.text })),
    ),
    ...Object.entries(templates).flatMap(([name, template]) =>
      labelsOfTemplate(template).map((label) => ({
        role: 'template' as const,
        label,
        selectors,
        where: `the template of ${name}`,
      })),
    ),
  ];
  return uses.flatMap((use) => checkUse(use, context));
}

function checkUse({ role, label, selectors, where }: Use, context: RuleContext): readonly Finding[] {
  const ofExporter = selectors.filter((selector) => selectsExporter(selector, context));
  const old = ofExporter.map((selector) => matchesOf(selector, context.old, context.target));
  const now = ofExporter.map((selector) => matchesOf(selector, context.new, context.target));
  // Selectors that match nothing are reported by checkSelector.
  if (!old.some(({ count }) => count > 0) || !now.some(({ count }) => count > 0)) return [];
  const had = old.some((matches) => matches.hasLabel(label));
  const has = now.some((matches) => matches.hasLabel(label));
  const key = `${role}-label/${label}`;
  const examples = { old: labelsOf(old), new: labelsOf(now) };
  if (had && !has) {
    const change = context.changes.find(
      (candidate) => candidate.label === label && ofExporter.some(({ metric }) => metric === candidate.family),
    );
    const since = change?.since === undefined ? '' : ` since ${change.since}`;
    const sentence = `The label ${label}, which ${where} needs, is no longer on any of its series${since}.`;
    return [{ key, sentence, severity: 'reject', ...examples }];
  }
  if (!had && role === 'group' && !has) {
    const [, kind] = /^(label|annotation)_/.exec(label) ?? [];
    const advice = kind === undefined ? {} : { advice: `Add its key to --metric-${kind}s-allowlist.` };
    const sentence = `${where} copies a label that no series has on either release.`;
    return [{ key, sentence, brief: sentence, severity: 'harmless', both: true, ...advice, ...examples }];
  }
  return [];
}

function labelsOf(matches: readonly Matches[]): readonly string[] {
  const first = matches.flatMap(({ examples }) => examples)[0];
  if (!first) return [];
  return [`${first.metric} with the labels ${Object.keys(first.sample.labels).join(', ')}`];
}

function written(role: 'by' | 'on' | 'group', label: string): string {
  return role === 'group' ? `the join's group_left(${label})` : `${role} (${label})`;
}
