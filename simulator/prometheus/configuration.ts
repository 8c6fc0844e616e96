import { parse } from 'yaml';

/** The supported part of prometheus.yml. Source: Prometheus, Configuration. */
export interface Configuration {
  readonly global: { readonly scrape_interval: string; readonly evaluation_interval?: string };
  readonly rule_files?: readonly string[];
  readonly scrape_configs: readonly ScrapeConfig[];
}

export interface ScrapeConfig {
  readonly job_name: string;
  readonly kubernetes_sd_configs?: readonly KubernetesDiscovery[];
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  readonly relabel_configs?: readonly Relabelling[];
  readonly metric_relabel_configs?: readonly Relabelling[];
}

export interface KubernetesDiscovery {
  readonly role: 'endpoints' | 'pod';
  readonly namespaces?: { readonly names: readonly string[] };
}

export interface Relabelling {
  readonly source_labels: readonly string[];
  readonly action?: 'keep' | 'replace';
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly {
    readonly alert?: string;
    readonly record?: string;
    readonly expr: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
}

type Files = Readonly<Record<string, string>>;

/** @throws Error when the file is not mounted, on which Prometheus does not start either */
export function readConfiguration(files: Files, name: string): Configuration {
  const text = files[name];
  if (text === undefined) throw new Error(`open ${name}: no such file or directory`);
  return parse(text) as Configuration;
}

/** The rule groups of all files that match a pattern with `*`. */
export function readRuleGroups(
  files: Files,
  patterns: readonly string[] = [],
): readonly (RuleGroup & { readonly file: string })[] {
  const isMatched = (file: string) => patterns.some((pattern) => wildcard(pattern).test(file));
  return Object.entries(files)
    .filter(([file]) => isMatched(file))
    .flatMap(([file, text]) => (parse(text) as { groups: readonly RuleGroup[] }).groups.map((group) => ({ ...group, file })));
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}

/** Parses a duration, `8s`, to seconds. */
export function secondsOf(duration: string): number {
  const [, count, unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(count) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
}

type Labels = Readonly<Record<string, string>>;

/** Applies relabelling steps; undefined when one of them drops the labels. Source: Prometheus, Configuration: relabel_config. */
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
