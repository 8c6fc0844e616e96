import type { ExporterOptions } from '../arguments.ts';
import type { Pod, PodSpec, PodStatus } from '../resources/pods/pod.ts';
import { pods } from '../resources/pods.ts';
import { samplesAsText } from './samples-as-text.ts';

/** A pod `shop/web` with this spec and status. */
export function podWith(spec: PodSpec, status: PodStatus = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'p1' }, spec, status };
}

/** The samples of one family, in the form of `samplesAsText`. */
export function family(name: string, pod: Pod, release: string, options?: ExporterOptions): readonly string[] {
  return samplesAsText(pods, pod, release, options).filter((line) => line.startsWith(`${name}{`));
}
