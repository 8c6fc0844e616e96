import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Interference, ProxiedRequestWithBody } from '../../suite/mutant/interference.ts';
import type { RequestFault } from '../../suite/mutant/request-fault.ts';
import { type ApiProxy, startProxy } from '../proxy.ts';
import type { Incident, PlannedFault } from './planned-fault.ts';
import { type RunPhase, RunPhases, runIdIn } from './run-phase.ts';
import { impostorsOf } from './strangers.ts';

export interface SeenRequest {
  readonly phase: RunPhase;
  readonly method: string;
  readonly path: string;
  /** Whether it failed, or brought a signal. */
  readonly isHit: boolean;
}

export interface FaultProxyOptions {
  /** The cluster's. */
  readonly kubeconfig: string;
  /** Where the kubeconfig goes that leads through the proxy. */
  readonly written: string;
  /** Reaches the cluster past the proxy. */
  readonly direct: KubeClient;
  readonly faults: readonly PlannedFault[];
  /** What is altered beside the faults. */
  readonly interference: Interference;
  /** Whether somebody else makes objects with the label of the run as soon as it is known. */
  readonly plantsImpostors: boolean;
  /** Sends a signal to the run. */
  signal(signal: NodeJS.Signals): void;
}

/** A proxy through which exactly one run reaches the cluster, and what happens to that run there. */
export class FaultProxy {
  readonly requests: SeenRequest[] = [];
  /** What somebody else made, with the label of the run, once that was known; by uid. */
  private readonly impostors = new Map<string, KubernetesObject>();
  /** The id of the run, once a request has shown it. */
  run: string | undefined;
  private readonly phases = new RunPhases();
  private readonly matched = new Map<PlannedFault, number>();
  private planting: Promise<void> | undefined;

  private constructor(
    private readonly proxy: ApiProxy,
    private readonly options: FaultProxyOptions,
  ) {}

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = await startProxy(options.kubeconfig, options.written);
    const self = new FaultProxy(proxy, options);
    proxy.interference = { ...options.interference, fault: (passing) => self.fault(passing) };
    return self;
  }

  /** How many connections the run has open. */
  connections(): number {
    return this.proxy.connections();
  }

  /** @throws what kept somebody else from making objects with the label of the run */
  async impostorsPlanted(): Promise<ReadonlyMap<string, KubernetesObject>> {
    await this.planting;
    return this.impostors;
  }

  stop(): Promise<void> {
    return this.proxy.stop();
  }

  private async fault(passing: ProxiedRequestWithBody): Promise<RequestFault | undefined> {
    const phase = this.phases.of(passing);
    this.run ??= runIdIn(passing);
    if (this.run !== undefined && this.options.plantsImpostors) this.planting ??= this.plantImpostors(this.run);
    await this.planting;
    const fault = this.options.faults.find((planned) => this.isTurnOf(planned, phase, passing));
    this.requests.push({ phase, method: passing.method, path: passing.path, isHit: fault !== undefined });
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

  private async plantImpostors(run: string): Promise<void> {
    const made = await Promise.all(impostorsOf(run).map((impostor) => this.options.direct.create(impostor)));
    // As a list has them: what belongs to the whole list stands last.
    for (const { apiVersion, kind, ...object } of made) {
      this.impostors.set(object.metadata.uid ?? '', { ...object, apiVersion, kind });
    }
  }
}
