import { allOf, exposes, exposesOwn, ownCluster } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { jobs } from './configuration.ts';
import { createdEnvironmentOf, environmentOf } from './environment.ts';
import {
  createUnreadyNode,
  jobFailed,
  makeNodeReady,
  nodeNotReady,
  replaceWithSucceeding,
  rowOfJob,
  rowOfNode,
  untilFailed,
} from './jobs-and-nodes.ts';
import {
  configMapCount,
  containersStarted,
  end,
  memoryRequests,
  podNotRunning,
  replaceWithSchedulable,
  rowInPhase,
  rowsOfRequests,
  startBudget,
} from './pods.ts';
import { makeReady, makeUnready, readyByRelease, rowOfReadiness, untilReady } from './releases.ts';
import { containerRestarts, restartBudget, restartContainer, rowOfContainer, untilRestartsAreScraped } from './restarts.ts';
import { expectRule, rulesAreHealthy } from './rule-check.ts';
import { bothJobsHaveTheSameSeries, copyIsScraped, targetsAreTheExporter } from './scrape-jobs.ts';

const discovery = 'Prometheus, Configuration';
const documentation = 'kube-state-metrics, docs/metrics';
const scraped = ['scenarios/found-by-kubernetes'];
/** Why samples of an object may be missing. */
const unread = ['access/lists-and-watches-what-it-reads'];
/** Why Prometheus may refuse a scrape of the exporter. */
const refused = ['endpoints/metrics', 'exposition/reads-strictly', 'exposition/no-duplicate-series'];
/** Prometheus and the pods of its rules, which are created together. */
const makes = ['prometheus', 'control-pod'] as const;

/** What the requirements on rules share. */
const ofObjects = { needs: scraped, explainedBy: unread, makes };
const ofPods = { ...ofObjects, source: `${documentation}: Pod`, only: exposesOwn('pods', 'Pod') };

area('scenarios', { long: true, concurrent: true, whole: true, prepare: createdEnvironmentOf }, () => {
  requirement(
    'found-by-kubernetes',
    {
      sentence: 'A scrape job that keeps the endpoints of the Service by namespace, name and port finds exactly the exporter.',
      source: `${discovery}: kubernetes_sd_config, role endpoints`,
      needs: ['probes/starts'],
      explainedBy: ['manifests/service-selects-the-pod', 'manifests/ports-are-named', 'probes/becomes-ready', ...refused],
      makes,
    },
    async (context) => context.observed((await targetsAreTheExporter(context, jobs.kubernetes)).join(', ')),
  );

  requirement(
    'rules-are-evaluated',
    {
      sentence: 'Prometheus evaluates every rule of the rule files without an error.',
      source: 'Prometheus, HTTP API: rules',
      needs: scraped,
      makes,
    },
    async (context) => context.observed(await rulesAreHealthy(context)),
  );

  requirement(
    'failed-job',
    {
      ...ofObjects,
      sentence: 'JobFailed fires for every failed Job and resolves after a successful re-run.',
      source: `${documentation}: Job`,
      only: exposesOwn('jobs', 'Job'),
    },
    async (context) => {
      const { job } = await environmentOf(context);

      await untilFailed(context, job);
      await expectRule(context, jobFailed).toHave([rowOfJob(job)]);

      await replaceWithSucceeding(context, job);
      await expectRule(context, jobFailed).notToHave([rowOfJob(job)]);
    },
  );

  requirement(
    'node-not-ready',
    {
      ...ofObjects,
      sentence: 'NodeNotReady fires for every node that is not ready and resolves when the node becomes ready.',
      source: `${documentation}: Node`,
      only: allOf(exposes('nodes', 'Node'), ownCluster),
    },
    async (context) => {
      const node = await createUnreadyNode(context);
      await expectRule(context, nodeNotReady).toHave([rowOfNode(node)]);

      await makeNodeReady(context, node);
      await expectRule(context, nodeNotReady).notToHave([rowOfNode(node)]);
    },
  );

  requirement(
    'pod-not-running',
    {
      ...ofPods,
      sentence: 'PodNotRunning fires for every pod that is Pending, Failed or Unknown and resolves when the pod runs.',
    },
    async (context) => {
      const { unschedulable } = await environmentOf(context);
      const pending = rowInPhase(unschedulable, 'Pending');
      await expectRule(context, podNotRunning).toHave([pending]);

      await replaceWithSchedulable(context, unschedulable);
      await expectRule(context, podNotRunning).notToHave([pending]);
    },
  );

  requirement(
    'container-restarts',
    {
      ...ofPods,
      sentence: 'ContainerRestarts fires for a container that restarted and resolves after its time window.',
    },
    async (context) => {
      const { restarting } = await environmentOf(context);
      const pod = await untilRestartsAreScraped(context, restarting);
      const row = rowOfContainer(pod);
      // Containers whose pods another requirement has removed are still within the range of the alert.
      await expectRule(context, containerRestarts).toMatchApi();

      // At the same time, as the alert resolves by itself.
      await Promise.all([restartContainer(context, pod), expectRule(context, containerRestarts).toHave([row], restartBudget)]);

      await expectRule(context, containerRestarts).notToHave([row]);
    },
  );

  requirement(
    'containers-started',
    {
      ...ofPods,
      sentence: 'A recording rule counts the containers that have started.',
    },
    async (context) => {
      const { idle } = await environmentOf(context);
      await context.scratch.running(idle, startBudget);
      const [before] = await expectRule(context, containersStarted).toMatchApi();

      await context.scratch.remove(idle);
      const [after] = await expectRule(context, containersStarted).toMatchApi();

      context.observed(`${before}, then ${after}`);
    },
  );

  requirement(
    'config-maps',
    {
      ...ofObjects,
      sentence: 'A recording rule counts the ConfigMaps.',
      source: `${documentation}: ConfigMap`,
      only: exposesOwn('configmaps', 'ConfigMap'),
    },
    async (context) => {
      const { configMaps } = await environmentOf(context);
      const [before] = await expectRule(context, configMapCount).toMatchApi();

      await Promise.all(configMaps.map((configMap) => context.scratch.remove(configMap)));
      const [after] = await expectRule(context, configMapCount).toMatchApi();

      context.observed(`${before}, then ${after}`);
    },
  );

  requirement(
    'readiness-by-release',
    {
      ...ofPods,
      sentence:
        "Configured to expose a label of pods, the exporter's readiness series join with it and follow the pod's readiness.",
      source: 'kube-state-metrics, docs/cli-arguments: --metric-labels-allowlist',
    },
    async (context) => {
      const { released } = await environmentOf(context);
      await copyIsScraped(context);
      await untilReady(context, released);

      await makeUnready(context, released);
      await expectRule(context, readyByRelease).toHave([rowOfReadiness(released, false)]);

      await makeReady(context, released);
      await expectRule(context, readyByRelease).toHave([rowOfReadiness(released, true)]);
    },
  );

  requirement(
    'memory-of-running-pods',
    {
      ...ofPods,
      sentence: 'A recording rule has the memory request of every running pod by node, and none of a pod that has ended.',
    },
    async (context) => {
      const { requesting } = await environmentOf(context);
      const rows = rowsOfRequests(await context.scratch.running(requesting, startBudget));
      await expectRule(context, memoryRequests).toHave(rows);

      await end(context, requesting);
      await expectRule(context, memoryRequests).notToHave(rows);
    },
  );

  // Last, as Prometheus refreshes its targets only every few seconds.
  requirement(
    'found-by-dns',
    {
      sentence: "A scrape job that resolves the Service's name finds exactly the exporter.",
      source: `${discovery}: dns_sd_config`,
      feature: 'headless-service',
      needs: ['probes/starts'],
      explainedBy: ['dns/headless', 'dns/resolves-to-ready-pods', ...refused],
      makes,
    },
    async (context) => context.observed((await targetsAreTheExporter(context, jobs.dns)).join(', ')),
  );

  requirement(
    'same-series-either-way',
    {
      sentence: 'Both scrape jobs collect the same series.',
      source: `${discovery}: scrape_config`,
      feature: 'headless-service',
      needs: ['scenarios/found-by-dns', ...scraped],
      explainedBy: unread,
      makes,
    },
    async (context) => context.observed(`${await bothJobsHaveTheSameSeries(context)} series`),
  );
});
