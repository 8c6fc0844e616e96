import { type Condition, type Container, type ContainerStatus, type Pod, type PodStatus, setCondition } from '../objects.ts';
import type { World } from '../world.ts';
import { ContainerRunner } from './container-runner.ts';
import type { Images } from './images.ts';
import type { Machine } from './process.ts';

type PodEnvironment = Pick<Machine, 'network' | 'resolve' | 'route'> & {
  readonly token: (pod: Pod) => Promise<string | undefined>;
};

/** Runs a pod: starts its containers in order, writes its status, and stops it. */
export class PodWorker {
  private readonly initial: ContainerRunner[] = [];
  private readonly main: ContainerRunner[] = [];
  private readonly ephemeral = new Map<string, ContainerRunner>();
  private readonly ip: string;
  private initialized = false;
  private failure: { reason: string; message: string } | undefined;
  private stopped = false;
  private stopping: Promise<void> | undefined;
  private removing = false;
  private statusPending = false;

  constructor(
    private readonly world: World,
    private readonly pod: Pod,
    private readonly hostIP: string,
    private readonly images: Images,
    private readonly environment: PodEnvironment,
  ) {
    this.ip = pod.spec.hostNetwork ? hostIP : environment.network.address();
    const { restartPolicy = 'Always', initContainers = [], containers } = pod.spec;
    for (const container of initContainers) {
      const policy = container.restartPolicy ?? (restartPolicy === 'Never' ? 'Never' : 'OnFailure');
      this.initial.push(this.runner(container, policy));
    }
    for (const container of containers) this.main.push(this.runner(container, restartPolicy));
  }

  async run(): Promise<void> {
    const { initContainers = [], activeDeadlineSeconds } = this.pod.spec;
    if (activeDeadlineSeconds !== undefined) {
      const message = 'Pod was active on the node longer than the specified deadline';
      this.world.clock.after(activeDeadlineSeconds, () => this.fail('DeadlineExceeded', message));
    }
    this.updateStatus();
    for (const [index, runner] of this.initial.entries()) {
      if (this.stopped) return;
      runner.start();
      if (initContainers[index]?.restartPolicy === 'Always') continue;
      if ((await runner.ended) !== 0) return;
    }
    this.initialized = true;
    if (!this.stopped) for (const runner of this.main) runner.start();
  }

  /** Starts new ephemeral containers, and stops a deleted pod. */
  update(pod: Pod): void {
    for (const container of pod.spec.ephemeralContainers ?? []) {
      if (this.ephemeral.has(container.name)) continue;
      const runner = this.runner(container as Container, 'Never');
      this.ephemeral.set(container.name, runner);
      runner.start();
    }
    if (pod.metadata.deletionTimestamp !== undefined && !this.removing) {
      this.removing = true;
      this.stop().then(() => {
        // All containers have ended: the object can be deleted.
        this.world.store.remove('pods', pod.metadata, 0);
      });
    }
  }

  /** Ends all containers; one that passed its deadline is deleted while it ends. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    this.stopped = true;
    const runners = [...this.initial, ...this.main, ...this.ephemeral.values()];
    for (const runner of runners) runner.stop();
    await Promise.all(runners.map(({ ended }) => ended));
    if (!this.pod.spec.hostNetwork) this.environment.network.closeAll(this.ip);
  }

  find(container: string): ContainerRunner | undefined {
    const { initContainers = [], containers } = this.pod.spec;
    const named = (list: readonly Container[], runners: readonly ContainerRunner[]) =>
      runners[list.findIndex(({ name }) => name === container)];
    return named(containers, this.main) ?? named(initContainers, this.initial) ?? this.ephemeral.get(container);
  }

  private fail(reason: string, message: string): void {
    if (this.stopped || this.phase() === 'Succeeded' || this.phase() === 'Failed') return;
    this.failure = { reason, message };
    void this.stop().then(() => this.updateStatus());
  }

  private runner(container: Container, restartPolicy: string): ContainerRunner {
    const { network, resolve, route, token } = this.environment;
    const { pod, ip } = this;
    const machine = {
      mounted: (path: string) => this.mounted(container, path),
      pod,
      container,
      ip,
      network,
      resolve,
      route,
      files: new Set<string>(),
      connections: [],
      token: () => token(pod),
    };
    return new ContainerRunner({
      container,
      restartPolicy,
      machine,
      images: this.images,
      world: this.world,
      onChange: () => this.updateStatus(),
    });
  }

  private mounted({ volumeMounts = [] }: Container, path: string): Readonly<Record<string, string>> {
    const mount = volumeMounts.find(({ mountPath }) => mountPath === path);
    const volume = this.pod.spec.volumes?.find(({ name }) => name === mount?.name);
    const { namespace } = this.pod.metadata;
    if (volume?.secret) {
      const secret = this.world.store.find('secrets', { namespace, name: volume.secret.secretName ?? '' });
      const data = (secret?.data ?? {}) as Record<string, string>;
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
    }
    const found = this.world.store.find('configmaps', { namespace, name: volume?.configMap?.name ?? '' });
    return (found?.data ?? {}) as Record<string, string>;
  }

  /** Writes the status, once for all changes of the same tick. */
  private updateStatus(): void {
    if (this.statusPending) return;
    this.statusPending = true;
    setImmediate(() => {
      this.statusPending = false;
      this.world.store.change<Pod>('pods', this.pod.metadata, (draft) => {
        if (draft.metadata.uid === this.pod.metadata.uid) draft.status = this.status(draft.status);
      });
    });
  }

  private status(before: PodStatus = {}): PodStatus {
    const now = this.world.clock.timestamp();
    const statuses = (runners: readonly ContainerRunner[]) => runners.map(({ status }) => status as ContainerStatus);
    const isAllReady = this.main.every(({ status }) => status.ready);
    const phase = this.phase();
    const unready = { reason: phase === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady' };
    const condition = (type: string, holds: boolean, reason = unready): Condition =>
      holds ? { type, status: 'True' } : { type, status: 'False', ...reason };
    const conditions = [
      condition('Initialized', this.initialized, { reason: 'ContainersNotInitialized' }),
      condition('Ready', isAllReady),
      condition('ContainersReady', isAllReady),
    ].reduce((result, next) => setCondition(result, next, now), (before.conditions ?? []) as Condition[]);
    const ephemeral = statuses([...this.ephemeral.values()]);
    return {
      ...before,
      ...this.failure,
      phase,
      conditions,
      hostIP: this.hostIP,
      ...(this.stopped && phase !== 'Running' ? {} : { podIP: this.ip, podIPs: [{ ip: this.ip }] }),
      startTime: before.startTime ?? now,
      ...(this.initial.length > 0 ? { initContainerStatuses: statuses(this.initial) } : {}),
      containerStatuses: statuses(this.main),
      ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    };
  }

  /** Source: Kubernetes, Pod lifecycle: pod phase. */
  private phase(): string {
    if (this.failure) return 'Failed';
    if (!this.initialized) {
      const failed =
        this.pod.spec.restartPolicy === 'Never' && this.initial.some(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
      return failed ? 'Failed' : 'Pending';
    }
    const codes = this.main.map(({ exitCode }) => exitCode);
    const isRunning = this.pod.spec.restartPolicy === 'Always' || codes.some((code) => code === undefined);
    const restarts = this.pod.spec.restartPolicy === 'OnFailure' && codes.some((code) => code !== 0);
    if (isRunning || restarts) return this.main.every(({ hasRun }) => hasRun) ? 'Running' : 'Pending';
    return codes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  }
}
