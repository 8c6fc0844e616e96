import { existsSync } from 'node:fs';
import { type Audited, auditedTarget } from '../audit/target.ts';
import { UsageError } from '../errors.ts';
import { knownTargets } from '../exporter/known.ts';
import { type Profile, profiles } from '../exporter/profile.ts';
import { renderManifests } from '../exporter/render.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { Options } from './options.ts';

export interface TargetOfRun {
  readonly target: Target;
  readonly profile: Profile;
  /** Whether it is an unchanged known target, whose rendering is documented. */
  readonly documented: boolean;
  /** Absent where the run installs what is under test. */
  readonly audit?: Pick<Audited, 'facts' | 'missing'>;
}

/**
 * What is under test by the options.
 * @param signal ends the search for a deployed exporter
 * @param elsewhere renders a directory of manifests where this machine has no kubectl or kustomize
 * @throws UsageError when manifests do not render or hold no Deployment of the exporter, or when an audit finds none
 */
export async function targetOfRun(
  options: Options,
  signal: AbortSignal,
  elsewhere?: (directory: string) => Promise<string>,
): Promise<TargetOfRun> {
  const image = options.image === undefined ? {} : { image: options.image };
  if (options.audit !== undefined) return targetOfAudit(options, options.audit, signal);
  if (options.manifests !== undefined) {
    const rendered = await renderManifests(options.manifests, elsewhere ? { fallback: elsewhere } : {});
    const target = deriveTarget(rendered, { name: options.manifests, ...image });
    return { target, profile: profiles[options.profile ?? 'agent'], documented: false };
  }
  const known = knownTargets[options.target];
  const target = deriveTarget(known.rendering(), { name: known.name, ...image });
  return { target, profile: profiles[known.profile], documented: image === undefined };
}

async function targetOfAudit(
  { kubeconfig = '', context, image, profile, tokenFile }: Options,
  selector: string,
  signal: AbortSignal,
): Promise<TargetOfRun> {
  if (tokenFile !== undefined && !existsSync(tokenFile)) {
    throw new UsageError(`--token-file is ${tokenFile}: expected a file with the token of an account that may get /metrics.`);
  }
  const { target, facts, missing } = await auditedTarget({
    kubeconfig,
    context,
    selector,
    image,
    hasToken: tokenFile !== undefined,
    signal,
  });
  return { target, profile: profiles[profile ?? 'deployed'], documented: false, audit: { facts, missing } };
}
