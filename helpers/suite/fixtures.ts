import type { Fault, Fixture, FixtureContext } from '../../fixtures/fixture.ts';
import { fixtures } from '../../fixtures/index.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { NotApplicable } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { referenceOf } from '../kube/reference.ts';
import { atLeast, parseVersion } from '../version.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { controlPod } from './control-pod.ts';
import { refusedPods } from './pod-admission.ts';
import type { PodKind, PodRefusals } from './record.ts';
import type { RunState } from './run-state.ts';
import { makeNamespace } from './scratch.ts';

export type FixtureRun = Pick<RunState, 'id' | 'clusterKind' | 'kubernetes' | 'workloadImage' | 'audit' | 'refusedPods'>;

/** The context of the fixtures of a run. */
export function fixtureContext({ id, workloadImage }: Pick<FixtureRun, 'id' | 'workloadImage'>): FixtureContext {
  return { run: id, namespace: `conformance-${id}-fixtures`, workloadImage };
}

/** The fixtures that this cluster serves and admits. */
function fixturesOf(run: FixtureRun, client: KubeClient): readonly Fixture[] {
  const { refusedPods: refused = {} } = run;
  return fixtures.filter(
    ({ requires, since, ownClusterOnly, objects }) =>
      (!requires || client.mapper.serves(requires.apiVersion, requires.kind)) &&
      (since === undefined || atLeast(parseVersion(run.kubernetes), since)) &&
      !(ownClusterOnly && run.clusterKind === 'kubeconfig') &&
      objects(fixtureContext(run)).every((object) => podsOf(object).every((kind) => refused[kind] === undefined)),
  );
}

interface WithPods {
  readonly hostNetwork?: boolean;
  readonly template?: { readonly spec?: { readonly hostNetwork?: boolean } };
}

/** The kind of pod that an object is, or that its controller creates. */
function podsOf({ kind, spec }: RawObject): readonly PodKind[] {
  const { hostNetwork, template } = (spec ?? {}) as WithPods;
  if (kind !== 'Pod' && template?.spec === undefined) return [];
  return (hostNetwork ?? template?.spec?.hostNetwork) ? ['host-network-pod'] : ['control-pod'];
}

/**
 * Creates the namespace of the fixtures, and in it every fixture whose pods are admitted there.
 * @returns the kinds of pods that admission refuses, which is the same in every namespace of the run; their fixtures are omitted
 */
export async function createFixtures(client: KubeClient, objects: OwnedObjects, run: FixtureRun): Promise<PodRefusals> {
  const context = fixtureContext(run);
  const { namespace } = context;
  await makeNamespace(client, objects, namespace);
  const name = 'preflight';
  const refused = await refusedPods(client, {
    'control-pod': controlPod(run.workloadImage, { name, namespace }),
    'host-network-pod': controlPod(run.workloadImage, { name, namespace, spec: { hostNetwork: true } }),
  });
  const admitted = fixturesOf({ ...run, refusedPods: refused }, client);
  await Promise.all(admitted.map((fixture) => createFixture(client, objects, fixture, context)));
  return refused;
}

/** Creates the objects of a fixture, their dependents, and the states that no controller sets. */
async function createFixture(
  client: KubeClient,
  objects: OwnedObjects,
  fixture: Fixture,
  context: FixtureContext,
): Promise<readonly LiveObject[]> {
  const create = (object: RawObject) => createAdmitted(object, () => objects.create<LiveObject>(object));
  const live: LiveObject[] = [];
  for (const object of fixture.objects(context)) live.push(await create(object));
  for (const object of fixture.dependents?.(context, live) ?? []) live.push(await create(object));
  for (const { target, patch, subresource } of fixture.states?.(context) ?? []) await client.merge(target, patch, subresource);
  return live;
}

/**
 * Creates the objects of a fault.
 * @param kubernetes the API server's release: `v1.34.1`
 * @throws NotApplicable where the cluster does not serve them, does not have every field, or refuses them as invalid
 */
export async function createFault(
  { client, objects, kubernetes }: { client: KubeClient; objects: OwnedObjects; kubernetes: string },
  fault: Fault,
  context: FixtureContext,
): Promise<readonly LiveObject[]> {
  const { since = '1.0', requires } = fault;
  if (!atLeast(parseVersion(kubernetes), since))
    throw new NotApplicable(`Kubernetes has every field of it from ${since} on; this is ${kubernetes}.`);
  if (requires && !client.mapper.serves(requires.apiVersion, requires.kind))
    throw new NotApplicable(`The cluster does not serve ${requires.kind} in ${requires.apiVersion}.`);
  try {
    return await createFixture(client, objects, fault, context);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 422)) throw error;
    throw new NotApplicable(`Kubernetes ${kubernetes} refuses it: ${error.details}`);
  }
}

/** By the agent through which a cluster is reached, and by run: the wait for its fixtures, which all areas share. */
const settling = new WeakMap<object, Map<string, Promise<void>>>();

/**
 * Waits until every fixture has been in its state at one time, or once where it recurs; an audit has no fixtures. A run waits once, also for
 * what is never reached.
 * @param within in milliseconds
 * @throws NotObserved with the names of the fixtures that are not
 */
export async function fixturesSettled(client: KubeClient, run: FixtureRun, within = seconds(90)): Promise<void> {
  if (run.audit) return;
  const { agent } = client.connection;
  const waits = settling.get(agent) ?? new Map<string, Promise<void>>();
  settling.set(agent, waits);
  const wait = waits.get(run.id) ?? untilSettled(client, run, within);
  waits.set(run.id, wait);
  await wait;
}

async function untilSettled(client: KubeClient, run: FixtureRun, within: number): Promise<void> {
  const reached = new Set<string>();
  await waitFor({
    what: 'every fixture in its state',
    within,
    every: 500,
    observe: async () => {
      const unsettled = await unsettledNow(client, run);
      for (const { name, recurs } of fixtures) if (recurs && !unsettled.includes(name)) reached.add(name);
      return unsettled.filter((name) => !reached.has(name));
    },
    until: (unsettled) => unsettled.length === 0,
    describe: (unsettled) => `not yet: ${unsettled.join(', ')}`,
  });
}

/** Waits like `fixturesSettled`, and returns the names of the fixtures that are not in their state in the end. */
export async function unsettledFixtures(client: KubeClient, run: FixtureRun, within?: number): Promise<readonly string[]> {
  try {
    await fixturesSettled(client, run, within);
    return [];
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    return unsettledNow(client, run);
  }
}

async function unsettledNow(client: KubeClient, run: FixtureRun): Promise<readonly string[]> {
  const context = fixtureContext(run);
  const waiting = fixturesOf(run, client).filter(({ settled }) => settled !== undefined);
  const states = await Promise.all(
    waiting.map(async (fixture) => ({ fixture, live: await liveObjects(client, fixture, context) })),
  );
  return states.filter(({ fixture, live }) => !fixture.settled?.(live)).map(({ fixture }) => fixture.name);
}

/** The objects of a fixture as they are now, without those that do not exist. */
async function liveObjects(client: KubeClient, fixture: Fixture, context: FixtureContext): Promise<readonly LiveObject[]> {
  const found = await Promise.all(fixture.objects(context).map((object) => client.find<LiveObject>(referenceOf(object))));
  return found.filter((object) => object !== undefined);
}

/** The message of admission for a pod whose PriorityClass is not in its cache yet. */
const notCachedYet = /no PriorityClass with name/;

/**
 * Creates an object that refers to a PriorityClass which was just created.
 * @param create sends the object; it is called again while admission does not know the PriorityClass
 * @returns the object as it was created
 * @throws NotObserved with the API server's message when it is not admitted within 10 s, ApiError for any other refusal
 */
export async function createAdmitted<T extends KubernetesObject>(object: RawObject, create: () => Promise<T>): Promise<T> {
  const { created } = await waitFor<{ created?: T; refusal?: string }>({
    what: `${object.kind} ${object.metadata.name} admitted with its PriorityClass`,
    within: seconds(10),
    every: 100,
    observe: () =>
      create().then(
        (live) => ({ created: live }),
        (error: unknown) => {
          if (error instanceof ApiError && notCachedYet.test(error.details)) return { refusal: error.details };
          throw error;
        },
      ),
    until: ({ created: live }) => live !== undefined,
    describe: ({ refusal }) => String(refusal),
  });
  return created as T;
}
