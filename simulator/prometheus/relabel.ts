import type { Relabelling } from './configuration.ts';

type Labels = Readonly<Record<string, string>>;

/** The labels after all steps; undefined where one of them drops what has these. Source: Prometheus, Configuration: relabel_config. */
export function relabelled(labels: Labels, steps: readonly Relabelling[] = []): Labels | undefined {
  let now = labels;
  for (const { source_labels: sources, action = 'replace', regex = '(.*)', target_label: target, replacement = '$1' } of steps) {
    const found = new RegExp(`^(?:${regex})$`, 's').exec(sources.map((name) => now[name] ?? '').join(';'));
    if (action === 'keep' && !found) return undefined;
    if (action === 'replace' && found && target !== undefined) {
      now = { ...now, [target]: replacement.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '') };
    }
  }
  return now;
}
