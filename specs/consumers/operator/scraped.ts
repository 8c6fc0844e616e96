import type { KubeClient } from '../../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../../helpers/kube/object.ts';
import { describePod, isReady, type Pod } from '../../../helpers/kube/pod.ts';
import type { ScrapeTarget } from '../../../helpers/prometheus/http-api.ts';
import { Prometheus } from '../../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../../helpers/suite/context.ts';
import { scrapeExporter } from '../../../helpers/suite/scrape.ts';
import { seconds, waitFor } from '../../../helpers/wait.ts';
import { difference } from '../exposition-outside.ts';
import { monitorOf } from '../service-monitor.ts';
import { startOperator } from './operator.ts';
import { prometheusObjects, prometheusPod } from './prometheus.ts';

/** What the Prometheus of an operator came to see of the exporter. */
interface Scraped {
  /** Where it scrapes. */
  readonly instances: readonly string[];
  /** How many families arrived. */
  readonly families: number;
}

/** From a Prometheus' definition to its pod Ready, the operator's own start and the images included. */
const operatorBudget = seconds(120);
/** From a pod that is Ready to targets that are up: the configuration comes first, then a scrape of every 2 s. */
const targetsBudget = seconds(30);

/**
 * Lets an operator make a Prometheus that takes up the exporter's ServiceMonitor, and waits until every endpoint of it is a target
 * that is up, and the families with samples that the exporter has are in it.
 * @throws NotObserved with what the pod, the targets or the families were instead
 */
export async function scrapedByOperator(context: RequirementContext): Promise<Scraped> {
  const { scratch, run, objects } = context;
  const made: KubernetesObject[] = [];
  const remember = (object: KubernetesObject) => made.unshift(object);
  const knowing = run.operatorImage === undefined ? context.client : await startOperator(context, run.operatorImage, remember);
  const namespace = await scratch.namespace();
  const monitor = monitorOf(context);
  try {
    for (const object of prometheusObjects(context, namespace, monitor)) {
      remember(await objects.serving(knowing.mapper).create(object));
    }
    const pod = await readyPod(knowing, namespace);
    const prometheus = Prometheus.fromPod(knowing, pod);
    const instances = await targetsUp(prometheus, monitor.spec.endpoints.length);
    return { instances, families: await familiesArrive(context, prometheus) };
  } finally {
    for (const object of made) await knowing.remove(object);
  }
}

async function readyPod(client: KubeClient, namespace: string): Promise<Pod> {
  const pod = await waitFor({
    what: `the operator to make a Prometheus in ${namespace}, and its pod Ready`,
    within: operatorBudget,
    every: 500,
    observe: () => client.find<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name: prometheusPod }),
    until: (found) => found !== undefined && isReady(found),
    describe: (found) => (found ? describePod(found) : `no pod ${prometheusPod}`),
  });
  return pod as Pod;
}

async function targetsUp(prometheus: Prometheus, endpoints: number): Promise<readonly string[]> {
  const { active } = await waitFor<{ readonly active: readonly ScrapeTarget[]; readonly silence: string }>({
    what: `${endpoints} target(s) of the ServiceMonitor up`,
    within: targetsBudget,
    every: 500,
    observe: async () => {
      const told = await prometheus.targets();
      return 'error' in told ? { active: [], silence: told.error } : { active: told, silence: 'no target' };
    },
    until: ({ active }) => active.length === endpoints && active.every(({ health }) => health === 'up'),
    describe: ({ active, silence }) =>
      active.map((one) => `${one.instance} ${one.health} ${one.lastError}`).join('; ') || silence,
  });
  return active.map(({ instance }) => instance).sort();
}

async function familiesArrive(context: RequirementContext, prometheus: Prometheus): Promise<number> {
  const { own } = await waitFor({
    what: 'every family of the exporter that has samples in Prometheus',
    within: targetsBudget,
    every: 1000,
    observe: async () => {
      const result = await prometheus.query('count by (__name__) ({__name__=~"kube_.+"})');
      const names = 'rows' in result ? result.rows.map(({ labels }) => labels.__name__ ?? '') : [];
      return { arrived: new Set(names.filter((name) => !isSelf(name))), own: await familiesWithSamples(context) };
    },
    until: ({ arrived, own }) => difference(arrived, own).length === 0,
    describe: ({ arrived, own }) => difference(arrived, own).join('; '),
  });
  return own.size;
}

/** What the exporter tells of itself, on its other port. */
function isSelf(family: string): boolean {
  return family.startsWith('kube_state_metrics_');
}

async function familiesWithSamples(context: RequirementContext): Promise<ReadonlySet<string>> {
  const { exposition } = await scrapeExporter(context);
  return new Set([...exposition.families.values()].filter(({ samples }) => samples.length > 0).map(({ name }) => name));
}
