import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Interference, WholePassing } from '../mutation/interference.ts';
import { type ApiProxy, startProxy } from '../mutation/proxy.ts';
import type { RequestFault } from '../mutation/request-fault.ts';
import type { PlannedFault } from './planned-fault.ts';
import { type RunPhase, RunPhases, runIdIn } from './run-phase.ts';
import { impostorsOf } from './strangers.ts';

export interface SeenRequest {
  readonly phase: RunPhase;
  readonly method: string;
  readonly path: string;
  /** Whether it failed, or brought a signal. */
  readonly isHit: boolean;
}

/** A proxy through which exactly one run reaches the cluster, and what happens to that run there. */
export class FaultProxy {
  readonly requests: SeenRequest[] = [];
  /** What somebody else made, with the label of the run, once that was known; by uid. */
  readonly impostors = new Map<string, KubernetesObject>();
  private readonly phases = new RunPhases();
  private readonly matched = new Map<PlannedFault, number>();
  private readonly proxy: ApiProxy;
  private planting: Promise<void> | undefined;

  private constructor(
    proxy: ApiProxy,
    private readonly direct: KubeClient,
    private readonly faults: readonly PlannedFault[],
    private readonly signal: (signal: NodeJS.Signals) => void,
  ) {
    this.proxy = proxy;
  }

  /**
   * @param signal sends a signal to the run
   * @param interference what is altered beside the faults
   */
  static async start(
    paths: { readonly kubeconfig: string; readonly written: string },
    direct: KubeClient,
    faults: readonly PlannedFault[],
    signal: (signal: NodeJS.Signals) => void,
    interference: Interference = {},
  ): Promise<FaultProxy> {
    const proxy = await startProxy(paths.kubeconfig, paths.written);
    const self = new FaultProxy(proxy, direct, faults, signal);
    proxy.interference = { ...interference, fault: (passing) => self.fault(passing) };
    return self;
  }

  /** How many connections the run has open. */
  connections(): number {
    return this.proxy.connections();
  }

  stop(): Promise<void> {
    return this.proxy.stop();
  }

  private async fault(passing: WholePassing): Promise<RequestFault | undefined> {
    const phase = this.phases.of(passing);
    const run = runIdIn(passing);
    if (run !== undefined) this.planting ??= this.plantImpostors(run);
    await this.planting;
    const fault = this.faults.find((planned) => this.isTurnOf(planned, phase, passing));
    this.requests.push({ phase, method: passing.method, path: passing.path, isHit: fault !== undefined });
    const incident = fault?.incident;
    if (incident?.kind === 'signal') {
      this.signal(incident.signal);
      return undefined;
    }
    if (incident?.kind !== 'gone') return incident;
    this.proxy.vanish();
    return { kind: 'reset' };
  }

  private isTurnOf(planned: PlannedFault, phase: RunPhase, { method, path }: WholePassing): boolean {
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
    const made = await Promise.all(impostorsOf(run).map((impostor) => this.direct.create(impostor)));
    for (const object of made) this.impostors.set(object.metadata.uid ?? '', object);
  }
}
