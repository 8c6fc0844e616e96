import { existsSync } from 'node:fs';
import { type Audited, auditedTarget } from '../audit/target.ts';
import { UsageError } from '../errors.ts';
import { knownTargets } from '../exporter/known.ts';
import { type Profile, profiles } from '../exporter/profile.ts';
import { profileOf } from '../exporter/profile-file.ts';
import { nameOfManifests, renderManifests } from '../exporter/render.ts';
import { refuseContradictions } from '../exporter/shares.ts';
import { deriveTarget, deriveWorkloads, type Target } from '../exporter/target.ts';
import type { Options } from './options.ts';

export interface TargetOfRun {
  readonly target: Target;
  readonly profile: Profile;
  /** Whether it is an unchanged known target, whose rendering is documented. */
  readonly documented: boolean;
  /** Whether features that the profile does not promise are verified as well, without counting: of anybody's own deployment. */
  readonly triesUnpromised?: boolean;
  /** Absent where the run installs what is under test. */
  readonly audit?: Pick<Audited, 'facts' | 'missing' | 'others'>;
}

/**
 * What is under test by the options.
 * @param signal ends the search for a deployed exporter
 * @param elsewhere renders a directory of manifests where this machine has no kubectl or kustomize
 * @throws UsageError when manifests do not render or hold no workload of the exporter or contradict each other, when an audit finds none,
 * or for a profile that is none
 */
export async function targetOfRun(
  options: Options,
  signal: AbortSignal,
  elsewhere?: (directory: string) => Promise<string>,
): Promise<TargetOfRun> {
  const image = options.image === undefined ? {} : { image: options.image };
  const profile = await profileOf(options.profile);
  if (options.audit !== undefined) return targetOfAudit(options, options.audit, profile, signal);
  if (options.manifests !== undefined) {
    const rendered = await renderManifests(options.manifests, elsewhere ? { fallback: elsewhere } : {});
    const named = { name: nameOfManifests(options.manifests), ...image };
    refuseContradictions(deriveWorkloads(rendered, named));
    const target = deriveTarget(rendered, { ...named, workloads: 'any' });
    return { target, profile, documented: false, triesUnpromised: true };
  }
  const known = knownTargets[options.target];
  const target = deriveTarget(known.rendering(), { name: known.name, ...image });
  return { target, profile: profiles[known.profile], documented: image === undefined };
}

async function targetOfAudit(
  { kubeconfig = '', context, image, tokenFile }: Options,
  selector: string,
  profile: Profile,
  signal: AbortSignal,
): Promise<TargetOfRun> {
  if (tokenFile !== undefined && !existsSync(tokenFile)) {
    throw new UsageError(`--token-file is ${tokenFile}: expected a file with the token of an account that may get /metrics.`);
  }
  const { target, facts, missing, others } = await auditedTarget({
    kubeconfig,
    context,
    selector,
    image,
    hasToken: tokenFile !== undefined,
    signal,
  });
  return { target, profile, documented: false, triesUnpromised: true, audit: { facts, missing, others } };
}
