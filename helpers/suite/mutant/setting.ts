import { atLeast, parseVersion } from '../../version.ts';

/** What a mutant needs of its cluster; by default, a single node and any release. */
export interface Setting {
  /** Nodes without the taint, besides the server. */
  readonly agents?: number;
  /** The earliest release of Kubernetes: `v1.34.1`. */
  readonly kubernetes?: string;
}

/** Whether a cluster of these options has what a mutant needs. */
export function fits(
  { agents = 0, kubernetes }: Setting,
  options: { readonly agents: number; readonly k3sImage: string },
): boolean {
  const release = /v\d+\.\d+\.\d+/.exec(options.k3sImage)?.[0];
  const isNewEnough = kubernetes === undefined || (release !== undefined && atLeast(parseVersion(release), kubernetes));
  return agents === options.agents && isNewEnough;
}

/** The options of a simulated cluster that has what a mutant needs. */
export function optionsFor({ agents, kubernetes }: Setting): readonly string[] {
  return [
    ...(agents === undefined ? [] : ['--agents', String(agents)]),
    ...(kubernetes === undefined ? [] : ['--k3s-image', `simulated:${kubernetes}`]),
  ];
}

/** What another live cluster would need, for a person: `--agents 1`; a mutant without a setting needs a single node. */
export function needOf({ agents = 0, kubernetes }: Setting): string {
  const release = kubernetes === undefined ? [] : [`a --k3s-image of Kubernetes ${kubernetes} or later`];
  return [`--agents ${agents}`, ...release].join(' and ');
}

/** Groups the mutants that can be tried in the same cluster. */
export function bySetting<M extends readonly [string, { readonly setting?: Setting }]>(
  mutants: readonly M[],
): readonly { readonly setting: Setting; readonly mutants: readonly M[] }[] {
  const keyOf = ([, { setting = {} }]: M) => JSON.stringify(optionsFor(setting));
  return [...new Set(mutants.map(keyOf))].map((key) => {
    const same = mutants.filter((mutant) => keyOf(mutant) === key);
    return { setting: same[0]?.[1].setting ?? {}, mutants: same };
  });
}
