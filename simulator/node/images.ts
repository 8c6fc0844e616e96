import { repositoryOf, tagOf } from '../../helpers/exporter/image.ts';
import { atLeast, parseVersion } from '../../helpers/version.ts';
import type { Container } from '../objects.ts';
import { busybox } from './busybox.ts';
import type { Program } from './process.ts';

/** The releases of the exporter that have images: from the first, up to and excluding the last. */
const FIRST = '2.0';
const AFTER_LAST = '2.21';

/** The images that nodes can run: the exporter, CoreDNS, Prometheus and busybox. */
export class Images {
  constructor(
    private readonly exporter: Program,
    private readonly dns: Program,
    private readonly prometheus: { readonly image: string | undefined; readonly program: Program },
    /** The images that run busybox. */
    private readonly shells: readonly string[],
  ) {}

  /** @returns undefined for an image that cannot be pulled */
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

  /** The default user id of an image. */
  static userOf({ image = '' }: Container): number {
    return repositoryOf(image).endsWith('kube-state-metrics') ? 65_534 : 0;
  }
}
