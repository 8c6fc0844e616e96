import { Cluster } from '../cluster/cluster.ts';
import { KubeClient } from '../kube/client.ts';
import { connect } from '../kube/connection.ts';
import { ResourceMapper } from '../kube/reference.ts';
import { currentRun } from '../run/current-run.ts';
import type { RunState } from '../run/run-state.ts';
import { Scratch } from '../run/scratch.ts';
import { InstalledTarget } from '../target/installed.ts';
import { type Profile, profiles } from '../target/profile.ts';
import { deriveTarget, type Target } from '../target/target.ts';

/** All that a requirement has to work with. */
export interface RequirementContext {
  readonly run: RunState;
  /** What the deployment promises. */
  readonly profile: Profile;
  readonly client: KubeClient;
  readonly cluster: Cluster;
  /** What the manifests say. */
  readonly target: Target;
  /** What runs in the cluster. */
  readonly exporter: InstalledTarget;
  /** The area's own namespace. */
  readonly scratch: Scratch;
  /** Tells a fact that was seen, for the report. */
  observed(fact: string): void;
}

type Shared = Omit<RequirementContext, 'observed'>;

let shared: Promise<Shared> | undefined;

/** The context of a requirement; what it holds is the same for all requirements of a spec file. */
export async function requirementContext(area: string, observed: (fact: string) => void): Promise<RequirementContext> {
  shared ??= makeShared(area);
  return { ...(await shared), observed };
}

async function makeShared(area: string): Promise<Shared> {
  const run = currentRun();
  const profile = profiles[run.profile];
  const client = new KubeClient(await connect(run.kubeconfig, run.context), new ResourceMapper(run.apiResources));
  const target = deriveTarget(run.manifests, { name: run.targetName });
  return {
    run,
    profile,
    client,
    cluster: new Cluster(client, run, profile),
    target,
    exporter: new InstalledTarget(client, target),
    scratch: new Scratch(client, run, area),
  };
}
