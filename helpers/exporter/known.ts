import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../kube/object.ts';
import { packageDirectory } from '../source.ts';
import { documentedAgent, documentedCurrent } from './documented/guide.ts';
import { documentedStandard } from './documented/standard.ts';
import type { ProfileName } from './profile.ts';

export type KnownTargetName = 'agent' | 'current' | 'standard';

/** A target that the suite brings along: manifests, their rendering as data, and what their documentation says of them. */
export interface KnownTarget {
  readonly name: KnownTargetName;
  readonly profile: ProfileName;
  /** The kustomization, as an absolute path. */
  readonly directory: string;
  /** What the kustomization renders to, so that neither kubectl nor a cluster is needed for it. */
  rendering(): readonly KubernetesObject[];
  /** What it must render to, written by hand. */
  readonly documented: readonly KubernetesObject[];
}

const MANIFESTS = new URL('manifests/', packageDirectory);

export const knownTargets: Readonly<Record<KnownTargetName, KnownTarget>> = {
  agent: known('agent', 'agent', 'monitoring', documentedAgent),
  current: known('current', 'agent', 'current', documentedCurrent),
  standard: known('standard', 'standard', 'standard', documentedStandard),
};

/** @throws an Error for a target that is not a known one; a requirement that asks has the wrong feature */
export function documentationOf(name: string): readonly KubernetesObject[] {
  const target = Object.values(knownTargets).find((known) => known.name === name);
  if (!target) throw new Error(`Nothing is documented of the target "${name}".`);
  return target.documented;
}

function known(
  name: KnownTargetName,
  profile: ProfileName,
  directory: string,
  documented: readonly KubernetesObject[],
): KnownTarget {
  const rendered = new URL(`rendered/${name}.json`, MANIFESTS);
  return {
    name,
    profile,
    directory: fileURLToPath(new URL(directory, MANIFESTS)),
    rendering: () => JSON.parse(readFileSync(rendered, 'utf8')) as readonly KubernetesObject[],
    documented,
  };
}
