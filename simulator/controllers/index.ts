import { daemonSets } from './daemon-sets.ts';
import { deployments, replicaSets } from './deployments.ts';
import { endpoints } from './endpoints.ts';
import { garbageCollector } from './garbage-collector.ts';
import { cronJobs, jobs } from './jobs.ts';
import type { Controller } from './manager.ts';
import { namespaces } from './namespaces.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { scheduler } from './scheduler.ts';
import { statefulSets } from './stateful-sets.ts';
import { autoscalers, budgets, quotas } from './status-only.ts';
import { volumes } from './volumes.ts';

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
