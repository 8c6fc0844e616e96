import { ownCluster } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { agrees } from './agreement.ts';
import { configMaps, containersStarted } from './counts.ts';
import { copyIsScraped, findsTheExporter } from './discovery.ts';
import { fails, jobFailed, repeated, rowOfJob } from './failed-jobs.ts';
import { jobs } from './jobs.ts';
import { rulesAreHealthy } from './loaded-rules.ts';
import { podNotRunning, replaced, rowInPhase } from './phases.ts';
import { becomesReady, becomesUnready, isReadyAgain, readyByRelease, rowOfReady } from './releases.ts';
import { ends, requestsOfRunning, rowOfRequests, runs } from './requests.ts';
import { containerRestarts, isWatched, restartBudget, rowOfContainer, startsAgain } from './restarts.ts';
import { seriesOfBothAgree } from './same-series.ts';
import { nodeNotReady, rowOfNode, silentNode, wakes } from './silent-nodes.ts';
import { stageOf } from './stage.ts';

const discovery = 'Prometheus, Configuration';
const documentation = 'kube-state-metrics, docs/metrics';
const scraped = ['scenarios/found-by-kubernetes'];
/** Why samples of an object may be missing. */
const unread = ['access/lists-and-watches-what-it-reads'];
/** Why Prometheus may refuse a scrape of the exporter. */
const refused = ['endpoints/metrics', 'exposition/reads-strictly', 'exposition/no-duplicate-series'];
/** The Prometheus, and the pods that bring about what its rules watch: they are made together. */
const makes = ['prometheus', 'control-pod'] as const;

area('scenarios', () => {
  requirement(
    'found-by-kubernetes',
    {
      sentence:
        'A scrape job that keeps the endpoints of the Service by namespace, name and port finds the exporter, and it alone.',
      source: `${discovery}: kubernetes_sd_config, role endpoints`,
      needs: ['probes/starts'],
      explainedBy: ['manifests/service-selects-the-pod', 'manifests/ports-are-named', 'probes/becomes-ready', ...refused],
      makes,
    },
    async (context) => context.observed((await findsTheExporter(context, jobs.kubernetes)).join(', ')),
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
      sentence: 'An alert tells of every Job that has failed, and no more of one that was repeated with success.',
      source: `${documentation}: Job`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { job } = await stageOf(context);

      await fails(context, job);
      await agrees(context, jobFailed, { what: 'the failed Job', told: [rowOfJob(job)] });

      await repeated(context, job);
      await agrees(context, jobFailed, { what: 'the Job gone that succeeded', gone: [rowOfJob(job)] });
    },
  );

  requirement(
    'node-not-ready',
    {
      sentence: 'An alert tells of every node that is not ready, and no more of one that became so.',
      source: `${documentation}: Node`,
      needs: scraped,
      explainedBy: unread,
      only: ownCluster,
      makes,
    },
    async (context) => {
      const node = await silentNode(context);

      await agrees(context, nodeNotReady, { what: 'the silent node', told: [rowOfNode(node)] });

      await wakes(context, node);
      await agrees(context, nodeNotReady, { what: 'the node gone that woke', gone: [rowOfNode(node)] });
    },
  );

  requirement(
    'pod-not-running',
    {
      sentence: 'An alert tells of every pod that is pending, failed or unknown, and no more of one that runs.',
      source: `${documentation}: Pod`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { waiting } = await stageOf(context);
      const pending = rowInPhase(waiting, 'Pending');

      await agrees(context, podNotRunning, { what: 'the pod that no node takes', told: [pending] });

      await replaced(context, waiting);
      await agrees(context, podNotRunning, { what: 'the pod gone that runs', gone: [pending] });
    },
  );

  requirement(
    'container-restarts',
    {
      sentence: 'An alert tells of a container that was started again, and no more of it once that is some time ago.',
      source: `${documentation}: Pod`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { restarting } = await stageOf(context);

      const watched = await isWatched(context, restarting);
      const row = [rowOfContainer(watched)];
      await agrees(context, containerRestarts, { what: 'no container gone whose pod another requirement has removed' });
      // At the same time, as the alert does not last.
      await Promise.all([
        startsAgain(context, watched),
        agrees(context, containerRestarts, { what: 'the container that was started again', told: row, within: restartBudget }),
      ]);

      await agrees(context, containerRestarts, { what: 'the container gone that goes on', gone: row });
    },
  );

  requirement(
    'containers-started',
    {
      sentence: 'A recorded series counts the containers that have been started.',
      source: `${documentation}: Pod`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { idle } = await stageOf(context);

      await runs(context, idle);
      const [before] = await agrees(context, containersStarted, { what: 'the number of containers' });

      await context.scratch.remove(idle);
      const [after] = await agrees(context, containersStarted, { what: 'the number without one of them' });
      context.observed(`${before}, then ${after}`);
    },
  );

  requirement(
    'config-maps',
    {
      sentence: 'A recorded series counts the ConfigMaps.',
      source: `${documentation}: ConfigMap`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { configMaps: made } = await stageOf(context);

      const [before] = await agrees(context, configMaps, { what: 'the number of ConfigMaps' });

      await Promise.all(made.map((one) => context.scratch.remove(one)));
      const [after] = await agrees(context, configMaps, { what: 'the number without two of them' });
      context.observed(`${before}, then ${after}`);
    },
  );

  requirement(
    'readiness-by-release',
    {
      sentence: "Told to expose a label of pods, the exporter lets readiness be joined with it, and follows the pod's readiness.",
      source: 'kube-state-metrics, docs/cli-arguments: --metric-labels-allowlist',
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { released } = await stageOf(context);
      await copyIsScraped(context);

      await becomesReady(context, released);
      await becomesUnready(context, released);
      await agrees(context, readyByRelease, { what: 'a release that is not ready', told: [rowOfReady(released, false)] });

      await isReadyAgain(context, released);
      await agrees(context, readyByRelease, { what: 'a release that is ready', told: [rowOfReady(released, true)] });
    },
  );

  requirement(
    'memory-of-running-pods',
    {
      sentence: 'A recorded series has what every running pod asks of memory on its node, and no more of one that has ended.',
      source: `${documentation}: Pod`,
      needs: scraped,
      explainedBy: unread,
      makes,
    },
    async (context) => {
      const { asking } = await stageOf(context);

      const row = rowOfRequests(await runs(context, asking));
      await agrees(context, requestsOfRunning, { what: 'the pod that asks for memory', told: row });

      await ends(context, asking);
      await agrees(context, requestsOfRunning, { what: 'the pod gone that has ended', gone: row });
    },
  );

  // Last, as Prometheus takes up what it discovers only every few seconds.
  requirement(
    'found-by-dns',
    {
      sentence: "A scrape job that asks DNS for the Service's name finds the exporter, and it alone.",
      source: `${discovery}: dns_sd_config`,
      feature: 'headless-service',
      needs: ['probes/starts'],
      explainedBy: ['dns/headless', 'dns/resolves-to-ready-pods', ...refused],
      makes,
    },
    async (context) => context.observed((await findsTheExporter(context, jobs.dns)).join(', ')),
  );

  requirement(
    'same-series-either-way',
    {
      sentence: 'Both scrape jobs bring the same series.',
      source: `${discovery}: scrape_config`,
      feature: 'headless-service',
      needs: ['scenarios/found-by-dns', ...scraped],
      explainedBy: unread,
      makes,
    },
    async (context) => context.observed(`${await seriesOfBothAgree(context)} series`),
  );
});
