import { allowed } from '../kube/access-review.ts';
import { openToRead, serverVersion, unavailableGroups } from '../kube/open.ts';
import { writeRunState } from '../suite/run-state.ts';
import { Executor } from './executor.ts';
import { planFor } from './plan-of-run.ts';
import { stateOfRun } from './state-of-run.ts';
import { verify } from './verification.ts';
import type { Work } from './work.ts';

/** How many spec files are executed at the same time: somebody else's cluster has other things to do. */
const parallelFiles = 3;

const listNodes = { verb: 'list', group: '', resource: 'nodes' };

/**
 * Lets jest verify, of an exporter that is deployed already, what takes no more than to get and to list. Nothing is made, so that there
 * is nothing to undo; and no diagnostics are collected, as the caller may lack the rights and has the cluster to look at.
 */
export async function verifyAudit({
  run,
  under,
  directory,
  progress,
  phases,
  cluster,
  reaper,
}: Omit<Work, 'onCleanup'>): Promise<void> {
  const { options, declared, id, interruption } = run;
  const { signal } = interruption;
  const { kubeconfig = '', context } = options;
  const { facts, missing = [] } = under.audit ?? {};
  for (const words of missing) progress.note(`left out is what needs this, which you may not: ${words}`);
  const client = await openToRead(kubeconfig, context, signal);
  for (const sentence of unavailableGroups(client)) progress.note(sentence);
  cluster.kubernetes = await serverVersion(client);
  cluster.nodes =
    (await allowed(client, [listNodes])).length > 0 ? (await client.list({ apiVersion: 'v1', kind: 'Node' })).length : 0;
  cluster.plan = planFor(client, declared, options, under);
  const way = { client, kubeconfig, ...(context === undefined ? {} : { context }) };
  writeRunState({
    ...stateOfRun({ id, directory, options, under, cluster, way }),
    installation: { refused: [], deniedBeforeDeployment: [] },
    audit: { unreadable: [...(facts?.unreadable ?? [])] },
  });
  const executor = new Executor(directory, reaper);
  const stop = () => executor.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await verify({ run, directory, phases, progress, cluster }, executor, parallelFiles);
  } finally {
    executor.stop();
  }
}
