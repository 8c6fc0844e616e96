import { nowhere } from '../../fixtures/workload.ts';
import { scrapeRules } from '../../helpers/exporter/secured.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import { accountObjects } from '../../helpers/kube/service-account.ts';
import { Prometheus } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { memoizePerContext } from '../../helpers/suite/context.ts';
import { switchedOn, switchProbe } from '../../helpers/suite/control-pod.ts';
import { copyOfExporter, wholeArguments } from '../../helpers/suite/exporter-copy.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { prometheusConfiguration } from './configuration.ts';
import { ruleFiles } from './rule-files.ts';
import { timingOf } from './timing.ts';

/** The label of pods by which the rule on releases joins. */
export const RELEASE = 'release';

/** The objects of the scenarios in their initial states, one for each rule. */
interface ScenarioObjects {
  /** A Job whose only pod fails. */
  readonly job: KubernetesObject;
  /** A pod that no node matches. */
  readonly unschedulable: Pod;
  /** A pod whose container restarts when it is switched off. */
  readonly restarting: Pod;
  /** A pod with the label of a release, which is ready while it is switched on. */
  readonly released: Pod;
  /** A pod that requests memory, and ends when it is switched off. */
  readonly requesting: Pod;
  /** A pod that only sleeps. */
  readonly idle: Pod;
  readonly configMaps: readonly KubernetesObject[];
}

/** What all scenarios share. */
export interface Environment extends ScenarioObjects {
  readonly prometheus: Prometheus;
  /** A copy of the exporter that is configured to expose the label `release`. */
  readonly copy: Pod;
}

/** The environment of a run, created once; Prometheus need not be Ready. */
export const createdEnvironmentOf = memoizePerContext(createEnvironment);

/** The environment of a run; Prometheus is Ready and scrapes. */
export const environmentOf = memoizePerContext(async (context: RequirementContext) => {
  const environment = await createdEnvironmentOf(context);
  await environment.prometheus.ready();
  return environment;
});

async function createEnvironment(context: RequirementContext): Promise<Environment> {
  // At the same time, as each of them takes a while to start.
  const [{ copy, prometheus }, objects] = await Promise.all([createScraped(context), createObjects(context)]);
  return { ...objects, copy, prometheus };
}

async function createScraped(context: RequirementContext): Promise<Pick<Environment, 'copy' | 'prometheus'>> {
  const copy = await copyWithLabels(context);
  return { copy, prometheus: await createPrometheus(context, 'prometheus', copy) };
}

/** The rights of the standard scrape job. Source: Prometheus, kubernetes_sd_config: what each role lists and watches. */
const discoveryRules = [{ apiGroups: [''], resources: ['endpoints', 'pods', 'services'], verbs: ['get', 'list', 'watch'] }];

/**
 * Creates a Prometheus that scrapes the exporter and evaluates the rules of fixtures/rules; it is Ready later.
 * @param name of its pod, and of its account in the cluster
 * @param copy of the exporter that it scrapes as well; without one it only scrapes the endpoints of the Service
 */
export async function createPrometheus(context: RequirementContext, name: string, copy?: Pod): Promise<Prometheus> {
  const { client, cluster, objects, profile, run, scratch, target } = context;
  const namespace = await scratch.namespace();
  const account = `conformance-${run.id}-${name}`;
  await Promise.all(
    accountObjects({ namespace, name: account, rules: [...discoveryRules, ...scrapeRules(target)] }).map((object) =>
      scratch.create(object),
    ),
  );
  const { domain } = cluster;
  const [, ...others] = context.workloads.map((workload) => workload.target);
  const targets = [target, ...others] as const;
  const port = profile.promises.ports.metrics;
  const timing = await timingOf(context);
  return Prometheus.create(client, objects, {
    namespace,
    name,
    image: run.prometheusImage,
    account,
    labels: profile.promises.scraperLabels ?? {},
    spec: tolerating(profile),
    files: {
      'prometheus.yml': prometheusConfiguration({ targets, domain, port, copy: copy?.metadata.name, interval: timing.duration }),
      ...ruleFiles(timing.restartWindow),
    },
  });
}

function copyWithLabels(context: RequirementContext): Promise<Pod> {
  const { args = context.target.container.args ?? [] } = wholeArguments(context.target);
  const labelled = [...args, `--metric-labels-allowlist=pods=[${RELEASE}]`];
  return copyOfExporter(context, { name: 'with-labels', container: { args: labelled } });
}

/** The first liveness probe must not run before the command has started. */
const livenessProbe = { ...switchProbe, initialDelaySeconds: 1 };
const resources = { requests: { cpu: '1m', memory: '6Mi' } };

/** Creates the objects without waiting for their states. */
async function createObjects(context: RequirementContext): Promise<ScenarioObjects> {
  const { profile, scratch } = context;
  const spec = tolerating(profile);
  const switched = { command: switchedOn, spec };
  const [job, unschedulable, restarting, released, requesting, idle, ...configMaps] = await Promise.all([
    createJob(context, 'false'),
    scratch.pod({ name: 'unschedulable', spec: { ...spec, nodeSelector: nowhere } }),
    scratch.pod({ name: 'restarting', ...switched, container: { livenessProbe } }),
    scratch.pod({ name: 'released', ...switched, labels: { [RELEASE]: 'stable' }, container: { readinessProbe: switchProbe } }),
    scratch.pod({
      name: 'requesting',
      ...switched,
      spec: { ...spec, restartPolicy: 'Never' },
      container: { livenessProbe, resources },
    }),
    scratch.pod({ name: 'idle', spec }),
    ...['first', 'second'].map((name) => createConfigMap(context, name)),
  ]);
  return { job, unschedulable, restarting, released, requesting, idle, configMaps };
}

/**
 * Creates the Job of the scenarios.
 * @param command the command of its pod, without arguments: `false`
 */
export async function createJob({ profile, run, scratch }: RequirementContext, command: string): Promise<KubernetesObject> {
  const namespace = await scratch.namespace();
  const container = { name: 'main', image: run.workloadImage, imagePullPolicy: 'IfNotPresent', command: [command] };
  const podSpec = {
    automountServiceAccountToken: false,
    restartPolicy: 'Never',
    securityContext: restricted.pod,
    containers: [{ ...container, securityContext: restricted.container }],
    ...tolerating(profile),
  };
  const job: RawObject = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'fails-at-first', namespace },
    spec: { backoffLimit: 0, template: { spec: podSpec } },
  };
  return scratch.create(job);
}

async function createConfigMap({ scratch }: RequirementContext, name: string): Promise<KubernetesObject> {
  return scratch.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: await scratch.namespace() } });
}
