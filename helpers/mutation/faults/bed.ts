import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { openCluster } from '../../kube/open.ts';
import {
  added,
  lostOrChanged,
  type ObjectsOfCluster,
  objectsOfCluster,
  removeAdded,
  settledObjects,
} from './objects-of-cluster.ts';
import { plantStrangers } from './strangers.ts';

export interface BedOptions {
  /** The release of Kubernetes whose APIs are served: `v1.34.1`. */
  readonly kubernetes?: string;
  /** How many objects of others there are at least. */
  readonly strangers: number;
}

/** A cluster that exists: a simulated one with objects of others in it, on which runs are tried one after another. */
export class FaultBed {
  /** What somebody else has made since the start; by uid. */
  readonly planted = new Map<string, KubernetesObject>();

  private constructor(
    private readonly simulator: Simulator,
    /** Reaches the cluster past every proxy. */
    readonly client: KubeClient,
    /** For what the runs write; it is removed with the cluster. */
    readonly directory: string,
    private readonly options: BedOptions,
    /** Everything in the cluster before a run. */
    readonly before: ObjectsOfCluster,
    /** How many objects of others were planted at the start. */
    readonly strangers: number,
  ) {}

  static async start(options: BedOptions): Promise<FaultBed> {
    const { kubernetes = 'v1.34.1', strangers } = options;
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
    return new FaultBed(simulator, client, directory, options, await settledObjects(client), planted);
  }

  /** The kubeconfig of the cluster's administrator. */
  get kubeconfig(): string {
    return this.simulator.kubeconfig;
  }

  /**
   * Makes objects of somebody else, which are to stay as they are from then on.
   * @param atRest waits until controllers have done with them
   */
  async plant(objects: readonly KubernetesObject[], atRest: () => Promise<unknown> = async () => undefined): Promise<void> {
    for (const object of objects) await this.client.create(object);
    await atRest();
    const now = await settledObjects(this.client);
    for (const object of added(this.before, now)) this.planted.set(object.metadata.uid ?? '', object);
  }

  /** The cluster as it was at the start: this one, or where objects of others are lost, a new one. */
  async asBefore(): Promise<FaultBed> {
    await removeAdded(this.client, this.before);
    this.planted.clear();
    if (lostOrChanged(this.before, await objectsOfCluster(this.client)).length === 0) return this;
    await this.stop();
    return FaultBed.start(this.options);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
