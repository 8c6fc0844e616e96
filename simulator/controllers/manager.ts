import type { Controller, World } from '../world.ts';
import { garbageCollector, namespaces } from './dependents.ts';
import { deployments, replicaSets } from './deployments.ts';
import { endpoints } from './endpoints.ts';
import { cronJobs, jobs } from './jobs.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { daemonSets, statefulSets } from './pod-sets.ts';
import { scheduler } from './scheduler.ts';
import { autoscalers, budgets, quotas } from './status-only.ts';
import { volumes } from './volumes.ts';

/** The delay that batches events, and the period of timed controllers, in real milliseconds. */
const BATCH_DELAY = 10;
const TICK = 250;

/** Runs controllers on events and periodically. @returns stops them */
export function startControllers(world: World, controllers: readonly Controller[]): () => void {
  const due = new Set<Controller>(controllers);
  let scheduled: NodeJS.Timeout | undefined;
  const run = () => {
    scheduled = undefined;
    const now = [...due];
    due.clear();
    for (const controller of now) controller.reconcile(world);
  };
  const schedule = () => {
    if (due.size > 0) scheduled ??= setTimeout(run, BATCH_DELAY);
  };
  const unlisten = world.store.listen(({ type, resource }) => {
    for (const controller of controllers) {
      if (controller.watches.includes(resource) || (controller.deletions && type === 'DELETED')) due.add(controller);
    }
    schedule();
  });
  const ticking = setInterval(() => {
    for (const controller of controllers) if (controller.timed) due.add(controller);
    schedule();
  }, TICK);
  schedule();
  return () => {
    unlisten();
    clearInterval(ticking);
    clearTimeout(scheduled);
  };
}

/** @param authority the CA certificate for the ConfigMap kube-root-ca.crt, PEM */
export function allControllers(authority: string): readonly Controller[] {
  return [
    namespaces(authority),
    deployments,
    replicaSets,
    statefulSets,
    daemonSets,
    cronJobs,
    jobs,
    nodeLifecycle,
    volumes,
    scheduler,
    endpoints,
    budgets,
    autoscalers,
    quotas,
    garbageCollector,
  ];
}
