import { readFile } from 'node:fs/promises';
import { nameOf } from '../exporter/find.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { type CompleteProfile, completed } from '../exporter/profile.ts';
import { deriveWorkloads, type Target, wholeOf, workloadsByAccount } from '../exporter/target.ts';
import { KubeClient } from '../kube/client.ts';
import { type Connection, connect } from '../kube/connection.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { GuardedClient } from '../kube/owned/guarded-client.ts';
import { OwnedObjects } from '../kube/owned/ownership.ts';
import { ResourceMapper } from '../kube/reference.ts';
import { asScraper, withScraperToken } from '../kube/service-account.ts';
import { hideSecretsOf } from '../redaction/object.ts';
import { Cluster } from './cluster.ts';
import type { RunState } from './run-state.ts';
import { Scratch } from './scratch.ts';

/** What the body of a requirement works with. */
export interface RequirementContext {
  readonly run: RunState;
  /** What the deployment promises. */
  readonly profile: CompleteProfile;
  readonly client: KubeClient;
  /** The objects that the run created, and the only way to create more. */
  readonly objects: OwnedObjects;
  readonly cluster: Cluster;
  /** The target, as derived from its manifests: one workload, or the whole for a requirement about all of them. */
  readonly target: Target;
  /** The target, as deployed in the cluster; of the whole, its first workload. */
  readonly exporter: InstalledTarget;
  /** All workloads of the exporter, which share the objects: one for most deployments; of an account, those that run as it. */
  readonly workloads: readonly InstalledTarget[];
  /** A part of names that is unique among runs, and among the workloads that a requirement is verified for. */
  readonly unique: string;
  /** The area's own namespace. */
  readonly scratch: Scratch;
  /** Records an observation for the report. */
  observed(fact: string): void;
}

/** What all requirements of a spec file share. */
export type AreaContext = Omit<RequirementContext, 'observed'> & {
  /** The context of each workload where there are several, for the requirements that are about one. */
  readonly each?: readonly AreaContext[];
  /** The context of each ServiceAccount where the workloads have several, for the requirements that are about one. */
  readonly eachAccount?: readonly AreaContext[];
  /** What observations and failures are named by; the name of the exporter by default. */
  readonly subject?: string;
};

/** Creates the context of an area in a run. */
export async function areaContext(run: RunState, area: string): Promise<AreaContext> {
  hideSecretsOf(run.manifests);
  const direct = await clientOf(run);
  const clusterExists = run.clusterKind === 'kubeconfig';
  const objects = new OwnedObjects(direct, new CreationRecord(run.record), run.id, clusterExists);
  const client = clusterExists && !run.audit ? new GuardedClient(direct, objects) : direct;
  const targets = deriveWorkloads(run.manifests, { name: run.targetName });
  const contextOf = (own: KubeClient, members: readonly [Target, ...Target[]], part = ''): AreaContext => {
    const target = wholeOf(members);
    const profile = completed(run.profile, target);
    return {
      run,
      profile,
      client: own,
      objects,
      cluster: new Cluster(own, profile),
      target,
      exporter: new InstalledTarget(own, target),
      workloads: members.map((each) => new InstalledTarget(own, each)),
      unique: `${run.id}${part}`,
      scratch: new Scratch(own, objects, run, `${area}${part}`),
    };
  };
  const whole = contextOf(client, targets);
  if (targets.length === 1) return whole;
  // What is memoized per client must not be shared by workloads or accounts.
  const partOf = (members: readonly [Target, ...Target[]], part: string) =>
    contextOf(client.withMapper(client.mapper), members, part);
  const each = targets.map((target, index) => {
    const context = partOf([target], `-${index + 1}`);
    return { ...context, workloads: targets.map((workload) => new InstalledTarget(context.client, workload)) };
  });
  const accounts = workloadsByAccount(targets);
  if (accounts.length === 1) return { ...whole, each };
  const eachAccount = accounts.map((members, index) => ({
    ...partOf(members, `-account-${index + 1}`),
    subject: members.map(({ workload }) => nameOf(workload)).join(', '),
  }));
  return { ...whole, each, eachAccount };
}

/** The client of a run's requirements; in an audit a read-only one. */
async function clientOf({
  kubeconfig,
  context,
  apiResources,
  unavailableApis,
  audit,
  installation,
  tokenFile,
}: RunState): Promise<KubeClient> {
  const direct = new KubeClient(await connectionOf(kubeconfig, context), new ResourceMapper(apiResources, unavailableApis));
  const own = installation.scraper ? asScraper(direct, installation.scraper) : direct;
  const client = tokenFile === undefined ? own : withScraperToken(own, async () => (await readFile(tokenFile, 'utf8')).trim());
  return audit ? client.readOnly() : client;
}

const connections = new Map<string, Promise<Connection>>();

/** The connection of all areas that this process verifies with a kubeconfig, so that they share what is kept alive. */
function connectionOf(kubeconfig: string, context: string | undefined): Promise<Connection> {
  const key = JSON.stringify([kubeconfig, context]);
  const connection = connections.get(key) ?? connect(kubeconfig, context);
  connections.set(key, connection);
  // The next area tries again.
  connection.catch(() => connections.delete(key));
  return connection;
}

/**
 * Memoizes a function per area and run, so that all requirements of an area share one result, however many runs there are in a process.
 * @returns a function that returns the same promise for the same context, a rejected one included
 */
export function memoizePerContext<C extends { readonly client: KubeClient }, T>(
  make: (context: C) => Promise<T>,
): (context: C) => Promise<T> {
  // Each area of a run has a client of its own.
  const results = new WeakMap<KubeClient, Promise<T>>();
  return (context) => {
    const known = results.get(context.client);
    if (known !== undefined) return known;
    const result = make(context);
    results.set(context.client, result);
    return result;
  };
}
