import type { ExporterOptions } from '../../options.ts';
import { pods } from '../pods.ts';
import { samplesAsText } from '../samples-as-text.ts';
import type { Pod, PodSpec, PodStatus } from './pod.ts';

/** A pod of which nothing is said but this. */
export function podWith(spec: PodSpec, status: PodStatus = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'p1' }, spec, status };
}

/** The samples of one family, as text. */
export function family(name: string, pod: Pod, release: string, options?: ExporterOptions): readonly string[] {
  return samplesAsText(pods, pod, release, options).filter((line) => line.startsWith(`${name}{`));
}
