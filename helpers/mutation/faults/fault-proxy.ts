import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Interference, ProxiedRequestWithBody } from '../../suite/mutant/interference.ts';
import type { RequestFault } from '../../suite/mutant/request-fault.ts';
import { type ApiProxy, startProxy } from '../proxy.ts';
import { lookalikesOf } from './foreign-objects.ts';
import type { Incident, PlannedFault } from './planned-fault.ts';
import { type RunPhase, RunPhases, runIdIn } from './run-phase.ts';

export interface RecordedRequest {
  readonly phase: RunPhase;
  readonly method: string;
  readonly path: string;
  /** Whether a planned fault happened to it. */
  readonly isFaulty: boolean;
}

export interface FaultProxyOptions {
  /** The path of the cluster's kubeconfig. */
  readonly kubeconfig: string;
  /** The path at which the kubeconfig of the proxy is written. */
  readonly written: string;
  /** A client without the proxy. */
  readonly direct: KubeClient;
  readonly faults: readonly PlannedFault[];
  /** What the proxy alters besides the faults. */
  readonly interference: Interference;
  /** Whether others create objects with the label of the run as soon as its id is known. */
  readonly createsLookalikes: boolean;
  /** Sends a signal to the run. */
  signal(signal: NodeJS.Signals): void;
}

/** A proxy between one run and the cluster, which makes the planned faults happen. */
export class FaultProxy {
  readonly requests: RecordedRequest[] = [];
  /** The objects of others with the label of the run, by uid. */
  private readonly lookalikes = new Map<string, KubernetesObject>();
  /** The id of the run, from its requests. */
  run: string | undefined;
  private readonly phases = new RunPhases();
  private readonly matched = new Map<PlannedFault, number>();
  private creating: Promise<void> | undefined;

  private constructor(
    private readonly proxy: ApiProxy,
    private readonly options: FaultProxyOptions,
  ) {}

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = await startProxy(options.kubeconfig, options.written);
    const faultProxy = new FaultProxy(proxy, options);
    proxy.interference = { ...options.interference, fault: (passing) => faultProxy.fault(passing) };
    return faultProxy;
  }

  /** The number of open connections of the run. */
  connections(): number {
    return this.proxy.connections();
  }

  /** The objects of others with the label of the run. @throws the error of their creation */
  async lookalikesCreated(): Promise<ReadonlyMap<string, KubernetesObject>> {
    await this.creating;
    return this.lookalikes;
  }

  stop(): Promise<void> {
    return this.proxy.stop();
  }

  private async fault(passing: ProxiedRequestWithBody): Promise<RequestFault | undefined> {
    const phase = this.phases.phaseOf(passing);
    this.run ??= runIdIn(passing);
    if (this.run !== undefined && this.options.createsLookalikes) this.creating ??= this.createLookalikes(this.run);
    await this.creating;
    const fault = this.options.faults.find((planned) => this.isTurnOf(planned, phase, passing));
    this.requests.push({ phase, method: passing.method, path: passing.path, isFaulty: fault !== undefined });
    return fault && this.happen(fault.incident);
  }

  private async happen(incident: Incident): Promise<RequestFault | undefined> {
    switch (incident.kind) {
      case 'signal':
        this.options.signal(incident.signal);
        return incident.request;
      case 'meanwhile':
        await incident.act();
        return undefined;
      case 'gone':
        this.proxy.vanish();
        return { kind: 'reset' };
      default:
        return incident;
    }
  }

  private isTurnOf(planned: PlannedFault, phase: RunPhase, { method, path }: ProxiedRequestWithBody): boolean {
    const { nth = 1, lasting = false } = planned;
    const methods = planned.method === 'create' ? ['POST', 'PATCH'] : [planned.method];
    const isStatus = planned.method === 'create' && path.endsWith('/status');
    const fits = phase === planned.phase && (planned.method === 'any' || methods.includes(method)) && !isStatus;
    if (!fits || !(planned.path?.test(path) ?? true)) return false;
    const count = (this.matched.get(planned) ?? 0) + 1;
    this.matched.set(planned, count);
    return lasting ? count >= nth : count === nth;
  }

  private async createLookalikes(run: string): Promise<void> {
    const created = await Promise.all(lookalikesOf(run).map((lookalike) => this.options.direct.create(lookalike)));
    // In the order of the fields in `objectsOfCluster`, which appends the apiVersion and kind of the list.
    for (const { apiVersion, kind, ...object } of created) {
      this.lookalikes.set(object.metadata.uid ?? '', { ...object, apiVersion, kind });
    }
  }
}
