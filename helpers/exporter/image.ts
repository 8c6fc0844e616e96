import { UsageError } from '../errors.ts';
import { parseVersion, type Version } from '../version.ts';

/** `registry.k8s.io/kube-state-metrics/kube-state-metrics` of an image with a tag, a digest or neither. */
export function repositoryOf(image: string): string {
  const [withoutDigest = ''] = image.split('@');
  const tag = withoutDigest.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  return tag > withoutDigest.lastIndexOf('/') ? withoutDigest.slice(0, tag) : withoutDigest;
}

/** `v2.5.0`, or undefined when the image has a digest or nothing at all. */
export function tagOf(image: string): string | undefined {
  const [withoutDigest = ''] = image.split('@');
  const tag = withoutDigest.slice(repositoryOf(image).length + 1);
  return tag === '' ? undefined : tag;
}

/**
 * Whether an image is one of kube-state-metrics: its own name, with an architecture (`kube-state-metrics-arm64`), or that of Rancher's
 * mirror (`mirrored-kube-state-metrics-kube-state-metrics`), in any registry.
 */
export function isExporterImage(image: string): boolean {
  const name = repositoryOf(image).split('/').at(-1) ?? '';
  return /^(mirrored-kube-state-metrics-)?kube-state-metrics(-[a-z0-9]+)?$/.test(name);
}

/**
 * The image of an option: a full image as it is, and a tag (`v2.20.0`) with the repository of `base`.
 * @throws a UsageError for anything else
 */
export function resolveImage(requested: string, base: string): string {
  if (!/^[\w][\w.:/@-]*$/.test(requested)) throw new UsageError(`"${requested}" is neither an image nor a tag.`);
  const repository = repositoryOf(base);
  const isWhole = /[:/@]/.test(requested) || repository.endsWith(`/${requested}`) || repository === requested;
  return isWhole ? requested : `${repository}:${requested}`;
}

/**
 * The exporter's release, from the image's tag or else the pods' version label.
 * @throws a UsageError if neither is a version
 */
export function releaseOf(image: string, versionLabel: string | undefined): Version {
  for (const text of [tagOf(image), versionLabel]) {
    if (text !== undefined && /^v?\d+\.\d+/.test(text)) return parseVersion(text);
  }
  throw new UsageError(
    `The release of kube-state-metrics is unknown: the image ${image} has no tag such as v2.5.0, and the pod has no label ` +
      'app.kubernetes.io/version with one. Set it with --image.',
  );
}
