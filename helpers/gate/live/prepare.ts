import { renderInDocker } from '../../cluster/render-in-docker.ts';
import { UsageError } from '../../errors.ts';
import { tagOf } from '../../exporter/image.ts';
import { type KnownTargetName, knownTargets } from '../../exporter/known.ts';
import { renderManifests } from '../../exporter/render.ts';
import { deriveTarget, type Target } from '../../exporter/target.ts';
import { atLeast } from '../../version.ts';
import type { GateOptions } from '../options.ts';
import type { Sides } from './readings.ts';
import { type SideName, sideTarget } from './side.ts';

/** A side as it will be installed, and what its manifests are called. */
export interface PreparedSide {
  readonly target: Target;
  readonly manifests: string;
  /** The known target that fits the release, whose manifests these are unless others were given. */
  readonly known: KnownTargetName;
}

/**
 * Both sides, with names of their own.
 * @throws a UsageError when manifests do not render, or when neither image nor manifests say the release
 */
export async function prepareSides(options: GateOptions, run: string): Promise<Sides<PreparedSide>> {
  const { from, to, manifestsFrom, manifestsTo } = options;
  const { k3sImage: node } = options.run;
  const [old, now] = await Promise.all([
    prepare('old', { image: from, manifests: manifestsFrom, node }, run),
    prepare('new', { image: to, manifests: manifestsTo, node }, run),
  ]);
  return { old, new: now };
}

interface Asked {
  readonly image: string;
  readonly manifests: string | undefined;
  /** The image whose kubectl renders where there is no other. */
  readonly node: string;
}

async function prepare(name: SideName, { image, manifests, node }: Asked, run: string): Promise<PreparedSide> {
  const { version, image: whole } = deriveTarget(knownTargets.agent.rendering(), { name, image });
  const known = atLeast(version, '2.18') ? knownTargets.current : knownTargets.agent;
  if (manifests !== undefined) {
    const rendered = await renderManifests(manifests, { elsewhere: (path) => renderInDocker(path, { image: node, run }) });
    return { target: sideTarget({ name, run, manifests: rendered, image }), manifests, known: known.name };
  }
  // The known manifests have a version label of their own, which says nothing of another image.
  if (!/^v?\d+\.\d+/.test(tagOf(whole) ?? '')) {
    throw new UsageError(
      `The image ${whole} does not say which release it is, and so not which manifests fit: name them with --manifests-${name === 'old' ? 'from' : 'to'}, with the pod label app.kubernetes.io/version.`,
    );
  }
  return { target: sideTarget({ name, run, manifests: known.rendering(), image }), manifests: known.name, known: known.name };
}
