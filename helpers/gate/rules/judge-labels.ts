import type { Expression } from '../../rules/expression.ts';
import { type Matched, matchedBy } from '../../rules/match.ts';
import type { Selector } from '../../rules/selector.ts';
import { labelsOfTemplate } from '../../rules/templates.ts';
import type { Finding } from './judge-selector.ts';
import { asksExporter, type RuleContext } from './rule-context.ts';

/** A label that a rule rests on, where, and the selectors whose series would have it. */
interface Use {
  readonly role: 'by' | 'on' | 'group' | 'matcher' | 'template';
  readonly label: string;
  readonly selectors: readonly Selector[];
  readonly where: string;
}

/** The labels that a rule rests on and that its series no longer have, or that a join asks for in vain on both sides. */
export function judgeLabels(
  { selectors, labels }: Expression,
  templates: Readonly<Record<string, string>>,
  context: RuleContext,
): readonly Finding[] {
  const uses: readonly Use[] = [
    ...labels.flatMap(({ role, label, selectors: beneath }) =>
      role === 'without' || role === 'ignoring' ? [] : [{ role, label, selectors: beneath, where: written(role, label) }],
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
  return uses.flatMap((use) => judgeUse(use, context));
}

function judgeUse({ role, label, selectors, where }: Use, context: RuleContext): readonly Finding[] {
  const asked = selectors.filter((selector) => asksExporter(selector, context));
  const old = asked.flatMap((selector) => matchedBy(selector, context.old));
  const now = asked.flatMap((selector) => matchedBy(selector, context.new));
  // What lost its series altogether is told by its selector.
  if (old.length === 0 || now.length === 0) return [];
  const had = old.some((one) => has(one, label));
  const key = `${role}-label/${label}`;
  const examples = { old: example(old), new: example(now) };
  if (had && !now.some((one) => has(one, label))) {
    const change = context.changes.find((one) => one.label === label && asked.some(({ metric }) => metric === one.family));
    const since = change?.since === undefined ? '' : ` since ${change.since}`;
    const sentence = `The label ${label}, which ${where} needs, is on none of its series any more${since}.`;
    return [{ key, sentence, severity: 'reject', ...examples }];
  }
  if (!had && role === 'group' && !now.some((one) => has(one, label))) {
    const [, kind] = /^(label|annotation)_/.exec(label) ?? [];
    const advice = kind === undefined ? {} : { advice: `Name its key in --metric-${kind}s-allowlist.` };
    const sentence = `${where} takes over a label that no series has on either side.`;
    return [{ key, sentence, brief: sentence, severity: 'nothing', both: true, ...advice, ...examples }];
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
