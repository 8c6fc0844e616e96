import { freshnessBound, type InstalledTarget, type Instance, readyBudget } from '../../helpers/exporter/installed.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import { describePod, isReady } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { instancesOf } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { faultsOf, type Placement, placementsIn } from './placements.ts';

/** The objects of each process, by uid; an object in several is of the first. */
type Owners = ReadonlyMap<string, string>;

async function ownersOf(context: RequirementContext): Promise<Owners> {
  const placements = await placementsIn(context, await instancesOf(context));
  return new Map(placements.map(({ uid, processes }) => [uid, processes[0]?.pod.metadata.name ?? 'none']));
}

/** What happened while a StatefulSet was scaled. */
export interface Scaling {
  /** From the request until each object was in exactly one exposition, in milliseconds. */
  readonly duration: number;
  /** For how long objects were in no exposition of a Ready pod, and in several, in milliseconds. */
  readonly missing: number;
  readonly doubled: number;
  /** The number of objects that another pod exposes now, and of all objects. */
  readonly moved: number;
  readonly objects: number;
  /** The objects that moved between two pods which both existed before and after, a line each. */
  readonly astray: readonly string[];
}

/**
 * Scales the StatefulSet of the shards, and waits until each object is in exactly one exposition again.
 * @throws NotObserved with the pods, or with the objects in none and in several
 */
export async function scaleShards(context: RequirementContext, workload: InstalledTarget, replicas: number): Promise<Scaling> {
  const { client } = context;
  const before = await ownersOf(context);
  const begun = performance.now();
  await client.merge(referenceOf(workload.target.workload), { spec: { replicas } });
  let last = begun;
  const lasted = { missing: 0, doubled: 0 };
  await waitFor({
    what: `each object exposed by exactly one of ${replicas} Ready pods`,
    within: readyBudget + 2 * freshnessBound,
    every: 250,
    observe: async () => {
      const pods = (await workload.pods()).filter(isReady);
      const instances = pods.map((pod) => ({ name: `Pod ${pod.metadata.name}`, exporter: workload, pod, options: {} }));
      const placements = await placementsIn(context, instances).catch(ifGone);
      const now = performance.now();
      const has = (holds: (count: number) => boolean) => placements.some(({ processes }) => holds(processes.length));
      if (has((count) => count === 0)) lasted.missing += now - last;
      if (has((count) => count > 1)) lasted.doubled += now - last;
      last = now;
      return { pods, instances, placements };
    },
    until: ({ pods, placements }) =>
      pods.length === replicas && placements.length > 0 && placements.every(({ processes }) => processes.length === 1),
    describe: ({ pods, instances, placements }) =>
      [`Ready: ${pods.map(({ metadata }) => metadata.name).join(', ') || 'no pod'}`, ...faultsOf(placements, instances)].join(
        '\n',
      ),
  });
  const after = await ownersOf(context);
  const moves = [...after].filter(([uid, owner]) => before.has(uid) && before.get(uid) !== owner);
  const stays = new Set([...before.values()].filter((owner) => [...after.values()].includes(owner)));
  const astray = moves.filter(([uid, owner]) => stays.has(owner) && stays.has(before.get(uid) ?? ''));
  return {
    duration: performance.now() - begun,
    ...lasted,
    moved: moves.length,
    objects: after.size,
    astray: astray.map(([uid, owner]) => `the object with the uid ${uid} moved from ${before.get(uid)} to ${owner}`),
  };
}

/** A pod that was Ready may be gone when it is scraped. */
function ifGone(error: unknown): readonly Placement[] {
  if (error instanceof RequirementFailure) return [];
  throw error;
}

/**
 * Takes one process down, and compares what the others expose with what they did before. The process is back afterwards.
 * @returns the objects that are in no exposition now, and a line for each whose processes changed otherwise
 */
export async function whileDown(
  context: RequirementContext,
  down: Instance,
): Promise<{ readonly missing: number; readonly faults: readonly string[] }> {
  const instances = await instancesOf(context);
  const before = new Map((await placementsIn(context, instances)).map((placement) => [placement.uid, placement]));
  const restore = await takeDown(context, down);
  try {
    const others = instances.filter(({ pod }) => pod.metadata.uid !== down.pod.metadata.uid);
    const placements = await placementsIn(context, others);
    const namesOf = (processes: readonly Instance[]) => processes.map(({ name }) => name);
    const known = placements.flatMap((placement) => {
      const earlier = before.get(placement.uid);
      const expected = namesOf(earlier?.processes ?? []).filter((name) => name !== down.name);
      return earlier ? [{ ...placement, expected, actual: namesOf(placement.processes) }] : [];
    });
    const changed = known.filter(({ expected, actual }) => expected.join() !== actual.join());
    return {
      missing: known.filter(({ actual }) => actual.length === 0).length,
      faults: changed.map(
        ({ name, expected, actual }) =>
          `${name} is exposed by ${actual.join(' and ') || 'none'}, expected ${expected.join() || 'none'}`,
      ),
    };
  } finally {
    await restore();
  }
}

/** Takes a process down: a Deployment is scaled to zero, and the pod of any other workload is deleted. @returns brings it back */
async function takeDown({ client }: RequirementContext, { exporter, pod }: Instance): Promise<() => Promise<void>> {
  const { workload } = exporter.target;
  if (workload.kind !== 'Deployment') {
    await client.remove(pod, 0);
    return async () => {
      await exporter.replacementOf(pod);
    };
  }
  const scale = (replicas: number) => client.merge(referenceOf(workload), { spec: { replicas } });
  await scale(0);
  await waitFor({
    what: `no pod of the ${exporter.name}`,
    within: readyBudget,
    observe: () => exporter.pods(),
    until: (pods) => pods.length === 0,
    describe: (pods) => pods.map(describePod).join('; '),
  });
  return async () => {
    await scale(workload.spec.replicas ?? 1);
    await exporter.readyPod();
  };
}
