import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import type { KubeClient } from '../kube/client.ts';
import { openCluster } from '../kube/open.ts';
import { type ObjectsOfCluster, removeAdded, settledObjects } from './objects-of-cluster.ts';
import { plantStrangers } from './strangers.ts';

export interface BedOptions {
  /** The release of Kubernetes whose APIs are served: `v1.34.1`. */
  readonly kubernetes?: string;
  /** How many objects of others there are at least. */
  readonly strangers: number;
}

/** A cluster that exists: a simulated one with objects of others in it, on which runs are tried one after another. */
export class FaultBed {
  private constructor(
    private readonly simulator: Simulator,
    /** Reaches the cluster past every proxy. */
    readonly client: KubeClient,
    /** For what the runs write; it is removed with the cluster. */
    readonly directory: string,
    /** Everything in the cluster before a run. */
    readonly before: ObjectsOfCluster,
    /** How many objects of others were planted. */
    readonly strangers: number,
  ) {}

  static async start({ kubernetes = 'v1.34.1', strangers }: BedOptions): Promise<FaultBed> {
    const directory = mkdtempSync(join(tmpdir(), 'faults-'));
    const simulator = await startSimulator({
      kubernetes,
      domain: 'cluster.local',
      agents: 0,
      workloadImages: ['busybox:1.36'],
      directory,
    });
    const client = await openCluster(simulator.kubeconfig);
    const planted = await plantStrangers(client, strangers);
    return new FaultBed(simulator, client, directory, await settledObjects(client), planted);
  }

  /** The kubeconfig of the cluster's administrator. */
  get kubeconfig(): string {
    return this.simulator.kubeconfig;
  }

  /** Removes what a run has left. */
  async reset(): Promise<void> {
    await removeAdded(this.client, this.before);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
