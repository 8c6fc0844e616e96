import { type Context, type Expected, fact } from '../../table.ts';
import type { Pod, Toleration } from './pod.ts';

/**
 * The pod's tolerations. Before 2.14 labels without a value are left out, and a toleration without any has no sample.
 * Kubernetes allows the same toleration twice. Releases before 2.15 then tell a series twice; those before 2.18 still do
 * for tolerations with a time.
 */
export function tolerations({ spec }: Pod, context: Context): readonly Expected[] {
  const labels = distinct(spec?.tolerations ?? [], context).map(tolerationLabels);
  if (context.since('2.14')) return labels.flatMap((each) => fact(each));
  return labels.map(withoutEmpty).flatMap((each) => (Object.keys(each).length === 0 ? [] : fact(each)));
}

function tolerationLabels({ key, operator, value, effect, tolerationSeconds }: Toleration): Expected['labels'] {
  return {
    key: key ?? '',
    operator: operator ?? '',
    value: value ?? '',
    effect: effect ?? '',
    toleration_seconds: tolerationSeconds === undefined ? '' : String(tolerationSeconds),
  };
}

function distinct(all: readonly Toleration[], context: Context): readonly Toleration[] {
  if (!context.since('2.15')) return all;
  const seen = new Set<string>();
  return all.filter((toleration) => {
    if (toleration.tolerationSeconds !== undefined && !context.since('2.18')) return true;
    const identity = JSON.stringify(tolerationLabels(toleration));
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}

function withoutEmpty(labels: Expected['labels']): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
}
