import { autoscalers } from './autoscalers.ts';
import { budgets } from './budgets.ts';
import { cronJobs } from './cron-jobs.ts';
import { daemonSets } from './daemon-sets.ts';
import { deployments } from './deployments.ts';
import { endpoints } from './endpoints.ts';
import { garbage } from './garbage.ts';
import { jobs } from './jobs.ts';
import type { Controller } from './manager.ts';
import { namespaces } from './namespaces.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
import { quotas } from './quotas.ts';
import { replicaSets } from './replica-sets.ts';
import { scheduler } from './scheduler.ts';
import { statefulSets } from './stateful-sets.ts';
import { volumes } from './volumes.ts';

/** @param authority the certificate that every namespace is told to trust, as PEM */
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
    garbage,
  ];
}
