import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../kube/object.ts';
import { packageDirectory } from '../source.ts';
import { documentedAgent, documentedCurrent, documentedStandard } from './documented.ts';
import type { ProfileName } from './profile.ts';

export type KnownTargetName = 'agent' | 'current' | 'standard';

/** A target of the suite: its manifests, their rendering as data, and the documented objects. */
export interface KnownTarget {
  readonly name: KnownTargetName;
  readonly profile: ProfileName;
  /** The kustomization, as an absolute path. */
  readonly directory: string;
  /** The stored rendering of the kustomization, for which neither kubectl nor a cluster is needed. */
  rendering(): readonly KubernetesObject[];
  /** The objects that it must render to, written from the documentation. */
  readonly documented: readonly KubernetesObject[];
}

const MANIFESTS = new URL('manifests/', packageDirectory);

export const knownTargets: Readonly<Record<KnownTargetName, KnownTarget>> = {
  agent: known('agent', 'agent', 'monitoring', documentedAgent),
  current: known('current', 'agent', 'current', documentedCurrent),
  standard: known('standard', 'standard', 'standard', documentedStandard),
};

/**
 * The documented objects of a known target.
 * @throws an Error for any other target: the requirement has the wrong feature
 */
export function documentationOf(name: string): readonly KubernetesObject[] {
  const target = Object.values(knownTargets).find((known) => known.name === name);
  if (!target) throw new Error(`The target "${name}" has no documentation.`);
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
