import { accepts } from '../../prometheus/rules/matcher.ts';
import type { Matcher, Selector } from '../../prometheus/rules/syntax.ts';
import type { Classified } from '../surface/classify.ts';
import type { RuleContext } from './rule-context.ts';

/** Why a selector matches nothing, or less than before. */
export interface Reason {
  readonly sentence: string;
  readonly advice?: string;
  /** Whether a difference between both releases causes it; otherwise it is the same on both. */
  readonly changed: boolean;
}

/** Undefined when nothing but the existing objects decides what the selector matches. */
export function reasonOf(selector: Selector, context: RuleContext): Reason | undefined {
  const { metric = '' } = selector;
  const changes = context.changes.filter(({ family }) => family === metric);
  const ofChange = reasonOfFamily(metric, changes);
  if (ofChange) return { ...ofChange, changed: true };
  const ofName = reasonOfName(metric, context);
  return ofName ? { ...ofName, changed: false } : reasonOfMatchers(selector, changes, context);
}

type Explanation = Omit<Reason, 'changed'>;

function reasonOfFamily(metric: string, changes: readonly Classified[]): Explanation | undefined {
  for (const { kind, to, ...change } of changes) {
    const since = sinceOf(change);
    if (kind === 'family-gone') return { sentence: `${metric} is gone${since}.`, ...replaced(metric) };
    if (kind === 'family-renamed') return { sentence: `${metric} was renamed to ${to}${since}.`, advice: `Use ${to}.` };
    if (kind === 'family-silent') {
      const allowlist = /_(label|annotation)s$/.exec(metric)?.[1];
      if (allowlist === undefined) return { sentence: `${metric} has no series${since}.` };
      return {
        sentence: `${metric} has no series${since} unless an allowlist has keys.`,
        advice: `Add the keys to --metric-${allowlist}s-allowlist.`,
      };
    }
  }
  return undefined;
}

function reasonOfName(metric: string, { families, old, new: now }: RuleContext): Explanation | undefined {
  const successor = successorOf(metric);
  if (successor !== undefined) {
    return { sentence: `${metric} is a name of version 1, removed in 2.0.`, advice: `Use ${successor}.` };
  }
  const until = families.get(metric);
  const hasSeries = [old, now].some((side) => (side.families.get(metric)?.samples.length ?? 0) > 0);
  if (until !== undefined && !hasSeries) return { sentence: `${metric} is gone since ${until}.`, ...replaced(metric) };
  const kind = /_(label|annotation)s$/.exec(metric)?.[1];
  if (kind !== undefined && !hasSeries) {
    const sentence = `${metric} has no series unless an allowlist has keys.`;
    return { sentence, advice: `Add the keys to --metric-${kind}s-allowlist.` };
  }
  if (metric === '' || families.has(metric) || old.families.has(metric) || now.families.has(metric)) return undefined;
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

function reasonOfMatcher(matcher: Matcher, changes: readonly Classified[]): Explanation | undefined {
  const { label } = matcher;
  for (const change of changes.filter((candidate) => candidate.label === label)) {
    const since = sinceOf(change);
    if (change.kind === 'label-gone') return { sentence: `The label ${label} is gone${since}.` };
    if (change.kind === 'label-renamed') return { sentence: `The label ${label} was renamed to ${change.to}${since}.` };
    const lost = change.changes.find(
      (pair) => pair.old && pair.new && accepts(matcher, pair.old.labels) && !accepts(matcher, pair.new.labels),
    );
    if (change.kind === 'label-value' && lost) {
      const [before = '', now = ''] = [lost.old?.labels[label], lost.new?.labels[label]];
      if (matcher.operator.startsWith('!')) {
        return {
          sentence: `${written(matcher)} excludes these series${since}: the exporter writes ${JSON.stringify(now)} instead of ${JSON.stringify(before)}.`,
          advice: `Remove ${written(matcher)} if the rule is to match them.`,
        };
      }
      return {
        sentence: `${written(matcher)} matches nothing${since}: the exporter writes ${JSON.stringify(now)} instead.`,
        advice: `Match both: ${label}=~"${before}|${now}".`,
      };
    }
  }
  return undefined;
}

/** A label that neither release has, or the value `<none>`. */
function reasonOfAbsence(matcher: Matcher, { metric = '' }: Selector, context: RuleContext): Explanation | undefined {
  const { label, value, operator } = matcher;
  if (label === '__name__' || accepts(matcher, {})) return undefined;
  if (isWithoutSeries(label, metric, context)) {
    const [, kind] = /^(label|annotation)_/.exec(label) ?? [];
    const advice =
      kind === undefined
        ? `Correct it, or, if it is a label of the scrape target, set --target-label ${label}=VALUE.`
        : `Add its key to --metric-${kind}s-allowlist.`;
    return { sentence: `${metric} has no label ${label}.`, advice };
  }
  if (operator === '=' && value === '<none>') {
    return {
      sentence: `${written(matcher)} matches nothing since 2.8: the exporter writes "" instead.`,
      advice: `Write ${label}="".`,
    };
  }
  return undefined;
}

/** Whether a metric has series, and none of them has the label, nor does the scrape target. */
function isWithoutSeries(
  label: string,
  metric: string,
  { old, new: now, target }: Pick<RuleContext, 'old' | 'new' | 'target'>,
): boolean {
  const original = label.replace(/^exported_/, '');
  if (target.derived.has(label) || target.labels[label] !== undefined || target.labels[original] !== undefined) return false;
  const sides = [old, now].flatMap(({ families }) => families.get(metric)?.samples ?? []);
  return sides.some(({ length }) => length > 0) && !sides.some(({ labelNames }) => labelNames.has(label));
}

/** The labels that a selector requires and no series of its metric has; they may be labels of the scrape target. */
export function labelsWithoutSeries(
  { metric = '', matchers }: Selector,
  context: Pick<RuleContext, 'old' | 'new' | 'target'>,
): readonly string[] {
  const required = matchers.filter((matcher) => matcher.label !== '__name__' && !accepts(matcher, {}));
  return required
    .map(({ label }) => label)
    .filter((label) => !/^(label|annotation)_/.test(label) && isWithoutSeries(label, metric, context));
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

/** Names of version 1 and their replacements in version 2. Source: the exporter's change log, 2.0. */
const renames: readonly { readonly former: RegExp; readonly now: string }[] = [
  { former: /^kube_hpa_(.+)$/, now: 'kube_horizontalpodautoscaler_$1' },
  { former: /^(kube_pod_(?:init_)?container_resource_(?:requests|limits))_cpu_cores$/, now: '$1{resource="cpu"}' },
  { former: /^(kube_pod_(?:init_)?container_resource_(?:requests|limits))_memory_bytes$/, now: '$1{resource="memory"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_cpu_cores$/, now: '$1{resource="cpu"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_memory_bytes$/, now: '$1{resource="memory"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_pods$/, now: '$1{resource="pods"}' },
];

/** The name in version 2 of a metric of version 1; undefined for any other name. */
function successorOf(metric: string): string | undefined {
  const rename = renames.find(({ former }) => former.test(metric));
  return rename && metric.replace(rename.former, rename.now);
}

const replacements: Readonly<Record<string, string>> = {
  kube_endpoint_address_available:
    'kube_endpoint_address{ready="true"}, or from 2.18 on kube_endpointslice_endpoints{ready="true"}',
  kube_endpoint_address_not_ready:
    'kube_endpoint_address{ready="false"}, or from 2.18 on kube_endpointslice_endpoints{ready="false"}',
};

/** The replacement of a removed family: it has a series for each address, so they must be counted. */
function replacementOf(metric: string): string | undefined {
  return replacements[metric];
}
