import type { Expression } from '../../prometheus/rules/expression.ts';
import { type Matched, matchedBy } from '../../prometheus/rules/match.ts';
import { labelsOfTemplate } from '../../prometheus/rules/rule.ts';
import type { Selector } from '../../prometheus/rules/selector.ts';
import type { Finding } from './check-selector.ts';
import { type RuleContext, selectsExporter } from './rule-context.ts';

/** A label that a rule uses, where it does, and the selectors whose series must have it. */
interface Use {
  readonly role: 'by' | 'on' | 'group' | 'matcher' | 'template';
  readonly label: string;
  readonly selectors: readonly Selector[];
  readonly where: string;
}

/** Labels that a rule uses and its series no longer have, and labels of `group_left` that no series has on either side. */
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
  const old = ofExporter.flatMap((selector) => matchedBy(selector, context.old));
  const now = ofExporter.flatMap((selector) => matchedBy(selector, context.new));
  // Selectors that match nothing are reported by checkSelector.
  if (old.length === 0 || now.length === 0) return [];
  const had = old.some((series) => has(series, label));
  const key = `${role}-label/${label}`;
  const examples = { old: example(old), new: example(now) };
  if (had && !now.some((series) => has(series, label))) {
    const change = context.changes.find(
      (candidate) => candidate.label === label && ofExporter.some(({ metric }) => metric === candidate.family),
    );
    const since = change?.since === undefined ? '' : ` since ${change.since}`;
    const sentence = `The label ${label}, which ${where} needs, is no longer on any of its series${since}.`;
    return [{ key, sentence, severity: 'reject', ...examples }];
  }
  if (!had && role === 'group' && !now.some((series) => has(series, label))) {
    const [, kind] = /^(label|annotation)_/.exec(label) ?? [];
    const advice = kind === undefined ? {} : { advice: `Add its key to --metric-${kind}s-allowlist.` };
    const sentence = `${where} copies a label that no series has on either side.`;
    return [{ key, sentence, brief: sentence, severity: 'harmless', both: true, ...advice, ...examples }];
  }
  return [];
}

function has({ sample }: Matched, label: string): boolean {
  return (sample.labels[label] ?? '') !== '';
}

function example([first]: readonly Matched[]): readonly string[] {
  if (!first) return [];
  return [`${first.metric} with the labels ${Object.keys(first.sample.labels).join(', ')}`];
}

function written(role: 'by' | 'on' | 'group', label: string): string {
  return role === 'group' ? `the join's group_left(${label})` : `${role} (${label})`;
}
