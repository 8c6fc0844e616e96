import { atLeast, parseVersion } from '../../version.ts';

/** What a mutant needs of its cluster that not every one has; without it, one node and any release will do. */
export interface Setting {
  /** Nodes without the taint, beside the server. */
  readonly agents?: number;
  /** The least release of Kubernetes: `v1.34.1`. */
  readonly kubernetes?: string;
}

/** Whether a cluster of these options is as a mutant needs it. */
export function fits(
  { agents = 0, kubernetes }: Setting,
  options: { readonly agents: number; readonly k3sImage: string },
): boolean {
  const release = /v\d+\.\d+\.\d+/.exec(options.k3sImage)?.[0];
  const isNewEnough = kubernetes === undefined || (release !== undefined && atLeast(parseVersion(release), kubernetes));
  return agents === options.agents && isNewEnough;
}

/** The options of a simulated cluster that is as a mutant needs it. */
export function optionsFor({ agents, kubernetes }: Setting): readonly string[] {
  return [
    ...(agents === undefined ? [] : ['--agents', String(agents)]),
    ...(kubernetes === undefined ? [] : ['--k3s-image', `simulated:${kubernetes}`]),
  ];
}

/** The same for a person who runs another live cluster: `--agents 1`. */
export function needOf({ agents, kubernetes }: Setting): string {
  const release = kubernetes === undefined ? [] : [`a --k3s-image of Kubernetes ${kubernetes} or later`];
  return [...(agents === undefined ? [] : [`--agents ${agents}`]), ...release].join(' and ');
}

/** Puts together what can be tried in the same cluster. */
export function bySetting<M extends readonly [string, { readonly setting?: Setting }]>(
  mutants: readonly M[],
): readonly { readonly setting: Setting; readonly mutants: readonly M[] }[] {
  const keyOf = ([, { setting = {} }]: M) => JSON.stringify(optionsFor(setting));
  return [...new Set(mutants.map(keyOf))].map((key) => {
    const same = mutants.filter((one) => keyOf(one) === key);
    return { setting: same[0]?.[1].setting ?? {}, mutants: same };
  });
}
