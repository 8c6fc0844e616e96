import { allowedPermissions } from '../kube/access-review.ts';
import { openReadOnly, serverVersion, unavailableGroups } from '../kube/open.ts';
import { writeRunState } from '../suite/run-state.ts';
import { Executor } from './executor.ts';
import { planFor } from './plan.ts';
import { meetKnownIssues, type RunContext, stateBeforeInstallation } from './run-context.ts';
import { verify } from './verification.ts';

/** How many spec files are executed at the same time: somebody else's cluster has other things to do. */
const parallelFiles = 3;

const listNodes = { verb: 'list', group: '', resource: 'nodes' };

/**
 * Verifies of a deployed exporter what can be verified by reading. Nothing is created, so that there is nothing to clean up, and no
 * diagnostics are collected: the caller has the cluster, and may lack the rights.
 */
export async function verifyAudit({
  run,
  subject,
  directory,
  progress,
  phases,
  cluster,
  reaper,
}: Omit<RunContext, 'onCleanup'>): Promise<void> {
  const { options, declared, id, interruption } = run;
  const { signal } = interruption;
  const { kubeconfig = '', context } = options;
  const { facts, missing = [] } = subject.audit ?? {};
  for (const right of missing) progress.note(`what needs this is skipped, as you may not: ${right}`);
  const client = await openReadOnly(kubeconfig, context, signal);
  for (const sentence of unavailableGroups(client)) progress.note(sentence);
  cluster.kubernetes = await serverVersion(client);
  cluster.nodes =
    (await allowedPermissions(client, [listNodes])).length > 0
      ? (await client.list({ apiVersion: 'v1', kind: 'Node' })).length
      : 0;
  cluster.plan = planFor(client, declared, options, subject);
  await meetKnownIssues({ subject, cluster, progress }, client);
  const connection = { client, kubeconfig, ...(context === undefined ? {} : { context }) };
  writeRunState({
    ...stateBeforeInstallation({ id, directory, options, subject, cluster, connection }),
    installation: { refused: [], deniedBeforeDeployment: [] },
    audit: { unreadable: [...(facts?.unreadable ?? [])] },
  });
  const executor = new Executor(directory, reaper);
  const stop = () => executor.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await verify({ run, directory, phases, progress, cluster }, executor, parallelFiles, 'examining what is deployed');
  } finally {
    executor.stop();
  }
}
