import { operatorIsThere } from '../../specs/consumers/operator/found.ts';
import { reloaderOf } from '../../specs/consumers/operator/operator.ts';
import { waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { servedReads } from '../exporter/reads.ts';
import type { KubeClient } from '../kube/client.ts';
import { unavailableGroups } from '../kube/open.ts';
import type { RequirementResult } from '../report/model.ts';
import { formatDuration } from '../report/words.ts';
import { createFixtures } from '../suite/fixtures.ts';
import type { PodRefusals } from '../suite/record.ts';
import { type Installation, type RunState, writeRunState } from '../suite/run-state.ts';
import { formatVersion } from '../version.ts';
import { settleSoFar } from './assemble-report.ts';
import { collectDiagnostics } from './diagnostics/collect.ts';
import { diagnosticsIn } from './diagnostics/look-at.ts';
import { Executor } from './executor.ts';
import { install } from './install.ts';
import { occupy } from './occupy.ts';
import { type OpenedCluster, openProvided } from './open-provided.ts';
import { operatorToStart, planFor } from './plan-of-run.ts';
import { preflight } from './preflight.ts';
import { stateOfRun } from './state-of-run.ts';
import { verify } from './verification.ts';
import { type Watched, watchOver } from './watch-over.ts';
import type { Work } from './work.ts';

/** How many spec files are executed at the same time; they mostly wait for the cluster. */
const parallelFiles = 5;

/** Provides the cluster, installs the exporter over the fixtures, and lets jest verify; the results are in the run's directory. */
export async function verifyRequirements(work: Work): Promise<void> {
  const { run, under, directory, phases, progress, cluster, reaper, onCleanup } = work;
  const { id, options, declared } = run;
  const { signal } = run.interruption;
  const operator = operatorToStart(options);
  const images = [
    under.target.image,
    options.workloadImage,
    ...(operator ? [operator, reloaderOf(operator)] : []),
    // It is not small: only what needs it waits for its way into the cluster.
    ...(operator || cluster.plan.selected.some(({ area }) => area === 'scenarios') ? [options.prometheusImage] : []),
  ];
  const warn = (sentence: string) => progress.note(sentence);
  const provided = await phases.run('booting the cluster', () =>
    openProvided({ run: id, options, profile: under.profile, images, directory, reaper, warn, signal }, onCleanup),
  );
  const { client } = provided;
  for (const sentence of unavailableGroups(client)) warn(sentence);
  await occupy(provided, under.target, warn);
  cluster.image = provided.image;
  cluster.kubernetes = provided.kubernetes;
  cluster.nodes = provided.nodes;
  const known = { operator: operator !== undefined || (await operatorIsThere(client)) };
  cluster.plan = planFor(client, declared, options, under, known);

  const state = () => stateOfRun({ id, directory, options, under, cluster, way: provided });
  const executor = new Executor(directory, reaper);
  const stop = () => executor.stop();
  signal.addEventListener('abort', stop, { once: true });
  // It takes longest of all to start: what needs it waits for it, and the rest does not.
  const dns = provided.booted ? coreDnsAnswers(client, work) : undefined;
  // That it failed is told by `verify`; without that, there is something worse to tell.
  dns?.catch(() => undefined);
  try {
    const { installation, refusedPods } = await phases.run('installing the exporter', () => installOn(work, state(), provided));
    cluster.plan = planFor(client, declared, options, under, { ...known, refusedPods });
    writeRunState({ ...state(), installation, refusedPods });
    await whileClusterHolds(client, { images, namespace: under.target.namespace, run: id }, dns, () =>
      verify(work, executor, parallelFiles),
    );
  } finally {
    executor.stop();
    if (!run.interruption.signal.aborted) {
      // What ended the run matters more than why there are no diagnostics of it.
      await diagnose(client, work, provided).catch((error: Error) => progress.note(`no diagnostics: ${error.message}`));
    }
  }
}

/**
 * Verifies, and gives up as soon as the cluster does.
 * @param dns what must not fail meanwhile, and need not end
 */
async function whileClusterHolds(
  client: KubeClient,
  watched: Watched,
  dns: Promise<void> | undefined,
  verification: () => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const failures = [watchOver(client, watched, over.signal), ...(dns ? [dns] : [])].map(onlyItsFailure);
  try {
    await Promise.race([verification(), ...failures]);
  } finally {
    over.abort();
  }
}

async function onlyItsFailure(work: Promise<void>): Promise<never> {
  await work;
  return new Promise(() => undefined);
}

/** Looks around before anything is removed, where something is not as it should be. */
async function diagnose(client: KubeClient, work: Work, { booted, nodeLogs, objects }: OpenedCluster): Promise<void> {
  const { run, under, directory, cluster, phases, progress } = work;
  const { declared, options, id } = run;
  const settled = settleSoFar({ declared, under, directory, cluster });
  const unclear = settled.partial === 'came-about' || settled.requirements.some(({ status }) => status === 'failed');
  if (!unclear) return;
  await phases.run('collecting diagnostics', async () => {
    const failures = await collectDiagnostics(client, {
      run: id,
      target: under.target,
      isOwn: (object) => objects.owns(object),
      directory: diagnosticsIn(options.reports),
      booted,
      facts: factsOf(work, settled.requirements),
      ...(nodeLogs && { nodeLogs }),
    });
    for (const failure of failures) progress.note(`not collected: ${failure}`);
  });
}

/** Releases, images, and how long everything took. */
function factsOf({ run, under, cluster, phases }: Work, results: readonly RequirementResult[]): Readonly<Record<string, string>> {
  const took = [
    ...phases.list(),
    ...results.filter(({ durationMs }) => durationMs > 0).map(({ id: name, ...rest }) => ({ name, ...rest })),
  ];
  return {
    run: run.id,
    exporter: `${under.target.image}, ${formatVersion(under.target.version)}`,
    Kubernetes: `${cluster.kubernetes}, ${cluster.nodes} node(s), ${cluster.image || cluster.kind}`,
    'Node.js': process.version,
    ...Object.fromEntries(took.map(({ name, durationMs }) => [name, formatDuration(durationMs)])),
  };
}

/** On a cluster of our own, CoreDNS is made to tolerate whatever the requirements put on its node. */
async function coreDnsAnswers(client: KubeClient, { under, progress }: Work): Promise<void> {
  const { taint } = under.profile.cluster;
  await waitForCoreDns(client, taint && { operator: 'Exists', effect: taint.effect });
  progress.note('CoreDNS answers');
}

async function installOn(
  { under, progress }: Work,
  state: Omit<RunState, 'installation'>,
  { client, objects, nodes }: OpenedCluster,
): Promise<{ readonly installation: Installation; readonly refusedPods: PodRefusals }> {
  const { target } = under;
  const reads = servedReads(target, client.mapper);
  let refused: PodRefusals = {};
  const before = async () => {
    refused = await createFixtures(client, objects, state);
  };
  // Objects can be applied before there is a node to run them: what a node takes to become Ready is not waited for twice.
  const [installation] = await Promise.all([
    install(client, target, { objects, reads, before }),
    waitForNodes(client, nodes).then(() => progress.note(`${nodes} node(s) Ready`)),
  ]);
  progress.note('the exporter and the fixtures are applied');
  const refusedPods = { ...refused, ...(await preflight(client, target, state)) };
  for (const sentence of Object.values(refusedPods)) progress.note(sentence);
  return { installation, refusedPods };
}
