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
 * The image that a user means: a whole image as it is, a tag alone (`v2.20.0`) with the repository of `base`.
 * @throws a UsageError when it is neither
 */
export function resolveImage(wanted: string, base: string): string {
  if (!/^[\w][\w.:/@-]*$/.test(wanted)) throw new UsageError(`"${wanted}" is neither an image nor the tag of one.`);
  const repository = repositoryOf(base);
  const isWhole = /[:/@]/.test(wanted) || repository.endsWith(`/${wanted}`) || repository === wanted;
  return isWhole ? wanted : `${repository}:${wanted}`;
}

/**
 * The exporter's release, which decides what it must expose: the image's tag tells it, else the pods' version label.
 * @throws a UsageError when neither does
 */
export function releaseOf(image: string, versionLabel: string | undefined): Version {
  for (const text of [tagOf(image), versionLabel]) {
    if (text !== undefined && /^v?\d+\.\d+/.test(text)) return parseVersion(text);
  }
  throw new UsageError(
    `The image ${image} does not say which release of kube-state-metrics it is: wanted a tag such as v2.5.0, ` +
      'or the pod label app.kubernetes.io/version. Name one with --image.',
  );
}
