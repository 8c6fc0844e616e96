import { repositoryOf, tagOf } from '../../helpers/target/image.ts';
import { atLeast, parseVersion } from '../../helpers/version.ts';
import type { Container } from '../objects.ts';
import { busybox } from './busybox.ts';
import type { Program } from './process.ts';

/** The releases of the exporter that there are images of. */
const FIRST = '2.0';
const AFTER_LAST = '2.21';

/** What the nodes can run: the exporter in every release, the cluster's own DNS, Prometheus, and a shell. */
export class Images {
  constructor(
    private readonly exporter: Program,
    private readonly dns: Program,
    private readonly prometheus: { readonly image: string | undefined; readonly program: Program },
    /** The images of which the local stand-ins are. */
    private readonly shells: readonly string[],
  ) {}

  /** @returns undefined for an image that cannot be had */
  programOf({ image = '' }: Container): Program | undefined {
    const name = repositoryOf(image).split('/').at(-1);
    if (name === 'coredns') return this.dns;
    if (image === this.prometheus.image) return this.prometheus.program;
    if (name !== 'kube-state-metrics') return this.shells.includes(image) ? busybox : undefined;
    const tag = tagOf(image) ?? '';
    if (!/^v\d+\.\d+\.\d+$/.test(tag)) return undefined;
    const release = parseVersion(tag);
    return atLeast(release, FIRST) && !atLeast(release, AFTER_LAST) ? this.exporter : undefined;
  }

  /** As whom an image runs when its container does not say. */
  static userOf({ image = '' }: Container): number {
    return repositoryOf(image).endsWith('kube-state-metrics') ? 65_534 : 0;
  }
}
