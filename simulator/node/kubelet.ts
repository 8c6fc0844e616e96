import { TOKEN_DIRECTORY } from '../api/admission.ts';
import { ApiFailure } from '../api/failure.ts';
import { type Network, route } from '../network.ts';
import type { Pod } from '../objects.ts';
import type { World } from '../world.ts';
import type { Images } from './images.ts';
import { PodWorker } from './pod-worker.ts';
import type { Outcome, Runtime } from './process.ts';

export interface KubeletOptions {
  readonly world: World;
  readonly network: Network;
  readonly images: Images;
  /** The addresses of the nodes with a kubelet, by name. */
  readonly nodes: ReadonlyMap<string, string>;
  /** Issues a token for a ServiceAccount. */
  issueToken(namespace: string, account: string): Promise<string>;
  /** Resolves a name for a pod of a namespace. */
  resolve(name: string, namespace: string): readonly string[];
}

/** The kubelet of all nodes: runs every pod that is scheduled to one of them. */
export class Kubelet implements Runtime {
  private readonly workers = new Map<string, PodWorker>();
  private unlisten: () => void = () => undefined;

  constructor(private readonly options: KubeletOptions) {}

  start(): void {
    this.unlisten = this.options.world.store.listen(({ type, resource, object }) => {
      if (resource !== 'pods') return;
      // Deferred, so that other listeners get this event before the next.
      setImmediate(() => (type === 'DELETED' ? this.forget(object as Pod) : this.sync(object as Pod)));
    });
  }

  stop(): void {
    this.unlisten();
    for (const worker of this.workers.values()) void worker.stop();
  }

  async exec(pod: Pod, container: string, command: readonly string[]): Promise<Outcome> {
    const runner = this.workers.get(pod.metadata.uid)?.find(container);
    if (!runner) throw ApiFailure.badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
    return runner.exec(command);
  }

  log(pod: Pod, container: string, previous: boolean): string | undefined {
    return this.workers.get(pod.metadata.uid)?.find(container)?.log(previous);
  }

  private sync(pod: Pod): void {
    const { world, nodes, images, network, issueToken, resolve } = this.options;
    const { uid, namespace = '' } = pod.metadata;
    const hostIP = nodes.get(pod.spec.nodeName ?? '');
    if (hostIP === undefined || world.store.find('pods', pod.metadata)?.metadata.uid !== uid) return;
    const known = this.workers.get(uid);
    if (known) {
      known.update(pod);
      return;
    }
    const worker = new PodWorker(world, pod, hostIP, images, {
      network,
      // With dnsPolicy Default a pod uses the resolver of the node, which has no cluster names.
      resolve: (name) => (pod.spec.dnsPolicy === 'Default' ? [] : resolve(name, namespace)),
      route: (ip, port) => route(world.store, ip, port),
      token: async ({ spec }) => {
        const mounts = spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
        const isMounted = mounts.some(({ mountPath }) => mountPath === TOKEN_DIRECTORY);
        return isMounted ? issueToken(namespace, spec.serviceAccountName ?? 'default') : undefined;
      },
    });
    this.workers.set(uid, worker);
    void worker.run();
    worker.update(pod);
  }

  private forget({ metadata }: Pod): void {
    void this.workers.get(metadata.uid)?.stop();
    this.workers.delete(metadata.uid);
  }
}
