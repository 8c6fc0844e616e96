import { hasOperator, reloaderOf } from '../../specs/consumers/operator.ts';
import { inspector } from '../../specs/hardening/inspect.ts';
import { waitWhilePulled } from '../cluster/node-pulls.ts';
import { coreDnsToleration, waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { imagesOf } from '../exporter/find.ts';
import { servedReads } from '../exporter/reads.ts';
import type { Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { unavailableGroups } from '../kube/open.ts';
import { asScraper } from '../kube/service-account.ts';
import { prometheusObjects } from '../prometheus/pod.ts';
import type { RequirementResult } from '../report/model.ts';
import { formatDuration } from '../report/words.ts';
import { controlPod } from '../suite/control-pod.ts';
import { createCustomResources, type DefinedCustomResources, defineCustomResources } from '../suite/custom-resources.ts';
import { createFixtures, fixtureContext } from '../suite/fixtures.ts';
import { refusedPods } from '../suite/pod-admission.ts';
import type { PodRefusals } from '../suite/record.ts';
import { type Installation, type RunState, writeRunState } from '../suite/run-state.ts';
import { podsCanBeCreated } from '../suite/scratch.ts';
import { formatVersion } from '../version.ts';
import { settleSoFar } from './assemble-report.ts';
import { collectDiagnostics } from './diagnostics/collect.ts';
import { diagnosticsIn } from './diagnostics/paths.ts';
import { Executor } from './executor.ts';
import { install } from './install.ts';
import { occupy } from './occupy.ts';
import { type OpenedCluster, openProvided } from './open-provided.ts';
import { adapterToStart, operatorToStart, planFor } from './plan.ts';
import { meetKnownIssues, type RunContext, stateBeforeInstallation } from './run-context.ts';
import { verify } from './verification.ts';
import { type Watched, watchOver } from './watch-over.ts';

/** How many spec files are executed at the same time; they mostly wait for the cluster. */
const parallelFiles = 5;

/** Provides the cluster, installs the fixtures and the exporter, and verifies; the results are in the run's directory. */
export async function verifyRequirements(context: RunContext): Promise<void> {
  const { run, subject, directory, phases, progress, cluster, reaper, onCleanup } = context;
  const { id, options, declared } = run;
  const { signal } = run.interruption;
  const operator = operatorToStart(options);
  const adapter = adapterToStart(options);
  const images = [
    ...imagesOf(subject.target.objects),
    options.workloadImage,
    ...(operator ? [operator, reloaderOf(operator)] : []),
    ...(adapter ? [adapter] : []),
    // Its image is big: it is copied into the cluster only where it is needed.
    ...(operator || adapter || cluster.plan.selected.some(({ area }) => area === 'scenarios') ? [options.prometheusImage] : []),
  ];
  const note = (line: string) => progress.note(line);
  const step = phases.step.bind(phases);
  const opened = await phases.run('booting the cluster', () =>
    openProvided({ run: id, options, profile: subject.profile, images, directory, reaper, note, step, signal }, onCleanup),
  );
  const isOwn = options.cluster !== 'kubeconfig';
  const custom = isOwn ? await defineCustomResources(opened, subject.target) : { cluster: opened, defined: [] };
  const provided = custom.cluster;
  const { client } = provided;
  for (const sentence of unavailableGroups(client)) note(sentence);
  await occupy(provided, subject.target, note);
  cluster.image = provided.image;
  cluster.kubernetes = provided.kubernetes;
  cluster.nodes = provided.nodes;
  const known = { operator: operator !== undefined || (await hasOperator(client)) };
  cluster.plan = planFor(client, declared, options, subject, known);
  // A cluster that was just booted has no objects of anybody's.
  if (!provided.booted) await meetKnownIssues(context, client);

  const state = () => stateBeforeInstallation({ id, directory, options, subject, cluster, connection: provided });
  const executor = new Executor(directory, reaper, cluster.plan.selected);
  const stop = () => executor.stop();
  signal.addEventListener('abort', stop, { once: true });
  // CoreDNS takes longest to start: only the requirements that need it wait for it.
  const dns = provided.booted ? coreDnsAnswers(client, context) : undefined;
  // `whileClusterHolds` throws its failure; a run that fails before that has a cause of its own.
  dns?.catch(() => undefined);
  let scraping = client;
  try {
    const { installation, refusedPods } = await phases.run('installing the exporter', () => installOn(context, state(), custom));
    if (installation.scraper) scraping = asScraper(client, installation.scraper);
    cluster.plan = planFor(client, declared, options, subject, { ...known, refusedPods });
    writeRunState({ ...state(), installation, refusedPods });
    await whileClusterHolds(client, { images, namespace: subject.target.namespace, run: id }, dns, () =>
      verify(context, executor, parallelFiles),
    );
  } finally {
    executor.stop();
    if (!run.interruption.signal.aborted) {
      // The error that ended the run must not be replaced by an error of its diagnostics.
      await diagnose(scraping, context, provided).catch((error: Error) => progress.note(`no diagnostics: ${error.message}`));
    }
  }
}

/**
 * Verifies, and ends with an error as soon as the cluster fails.
 * @param dns rejects when CoreDNS does not become ready; the verification does not wait for it
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

/** Rejects as the promise does, and never resolves. */
async function onlyItsFailure(promise: Promise<void>): Promise<never> {
  await promise;
  return new Promise(() => undefined);
}

/** Collects diagnostics before anything is removed, if a requirement failed or was not verified. */
async function diagnose(client: KubeClient, context: RunContext, { booted, nodeLogs, objects }: OpenedCluster): Promise<void> {
  const { run, subject, directory, cluster, phases, progress } = context;
  const { declared, options, id } = run;
  const settled = settleSoFar({ declared, subject, directory, cluster });
  const isNeeded = settled.partial === 'unverified' || settled.requirements.some(({ status }) => status === 'failed');
  if (!isNeeded) return;
  await phases.run('collecting diagnostics', async () => {
    const failures = await collectDiagnostics(client, {
      run: id,
      target: subject.target,
      isOwn: (object) => objects.owns(object),
      directory: diagnosticsIn(options.reports),
      booted,
      facts: factsOf(context, settled.requirements),
      ...(nodeLogs && { nodeLogs }),
    });
    for (const failure of failures) progress.note(`not collected: ${failure}`);
  });
}

/** The releases, the images and the durations: name → text. */
function factsOf(
  { run, subject, cluster, phases }: RunContext,
  results: readonly RequirementResult[],
): Readonly<Record<string, string>> {
  const durations = [
    ...phases.list(),
    ...results.filter(({ durationMs }) => durationMs > 0).map(({ id: name, ...rest }) => ({ name, ...rest })),
  ];
  return {
    run: run.id,
    exporter: `${subject.target.image}, ${formatVersion(subject.target.version)}`,
    Kubernetes: `${cluster.kubernetes}, ${cluster.nodes} node(s), ${cluster.image || cluster.kind}`,
    'Node.js': process.version,
    ...Object.fromEntries(durations.map(({ name, durationMs }) => [name, formatDuration(durationMs)])),
  };
}

/** Waits for CoreDNS of a booted cluster, and makes it tolerate the taint of the profile. */
async function coreDnsAnswers(client: KubeClient, { subject, phases, progress }: RunContext): Promise<void> {
  const since = performance.now();
  const { taint } = subject.profile.cluster;
  await phases.step('rolling out CoreDNS', () => waitForCoreDns(client, coreDnsToleration(taint)));
  progress.note(`CoreDNS is rolled out after ${formatDuration(performance.now() - since)}`);
}

async function installOn(
  { subject, phases, progress }: RunContext,
  state: Omit<RunState, 'installation'>,
  custom: DefinedCustomResources<OpenedCluster>,
): Promise<{ readonly installation: Installation; readonly refusedPods: PodRefusals }> {
  const { target } = subject;
  const { client, objects, nodes, booted } = custom.cluster;
  const reads = servedReads(target, client.mapper);
  let refused: PodRefusals = {};
  const before = async () => {
    refused = await phases.step('creating the fixtures', () => createFixtures(client, objects, state));
    await createCustomResources(custom, state.id);
  };
  const since = performance.now();
  // Objects can be applied before a node is Ready.
  const [installation] = await Promise.all([
    phases.step('applying the manifests', () => install(client, target, { objects, reads, before })),
    phases
      .step('waiting for the nodes', () => waitForNodes(client, nodes))
      .then(() => progress.note(`${nodes} node(s) Ready after ${formatDuration(performance.now() - since)}`)),
  ]);
  progress.note('the exporter and the fixtures are applied');
  if (!booted) await waitWhilePulled(client, target.namespace, target.image, (line) => progress.note(line));
  const refusedPods = { ...refused, ...(await phases.step('trying pods by dry run', () => preflight(client, target, state))) };
  for (const sentence of Object.values(refusedPods)) progress.note(sentence);
  return { installation, refusedPods };
}

type Needed = Pick<RunState, 'id' | 'workloadImage' | 'prometheusImage'>;

/**
 * Finds by dry run which pods admission refuses: a Prometheus in the run's namespaces, which all have the same policy, and control pods
 * and the inspector in the exporter's. Both namespaces must exist.
 */
async function preflight(client: KubeClient, { namespace, container }: Target, run: Needed): Promise<PodRefusals> {
  const { id, workloadImage: image, prometheusImage } = run;
  const name = `preflight-${id}`;
  const own = fixtureContext(run).namespace;
  const { pod: prometheus } = prometheusObjects({ namespace: own, name, image: prometheusImage, files: {} });
  const beside = (await client.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) !== undefined;
  if (!beside) return refusedPods(client, { prometheus });
  await podsCanBeCreated(client, namespace);
  // Pod Security treats an ephemeral container like any other.
  const { targetContainerName: _, ...inspecting } = inspector(name, container.name, image);
  return refusedPods(client, {
    prometheus,
    neighbour: controlPod(image, { name, namespace }),
    inspector: controlPod(image, { name, namespace, container: inspecting }),
  });
}
