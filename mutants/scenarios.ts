import { argument, deployment, rules, service } from '../helpers/mutation/changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { admission } from '../helpers/mutation/scrapes.ts';

export const discoveredPortHasAnotherName = mutant({
  sentence: 'The Service calls the port of the metrics by another name.',
  change: service(({ spec }) => {
    for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.name = 'metrics';
  }),
  fails: ['scenarios/found-by-kubernetes'],
});

export const prometheusAsksAnotherResolver = mutant({
  sentence: "Prometheus asks another resolver than the cluster's own.",
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name === 'prometheus') spec.dnsPolicy = 'Default';
    }),
  fails: ['scenarios/found-by-dns'],
});

export const endpointsLeadElsewhere = mutant({
  sentence: 'The port of the metrics leads to that of the telemetry.',
  change: service(({ spec }) => {
    for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.targetPort = 'telemetry';
  }),
  fails: ['scenarios/same-series-either-way'],
  byItself: 'Whoever looks where discovery leads notices first.',
});

export const everythingIsToldTwice = mutant({
  sentence: 'A second exporter tells the same beside the first one.',
  change: deployment(({ spec }) => {
    spec.replicas = 2;
  }),
  fails: ['scenarios/rules-are-evaluated'],
  byItself: 'Whoever counts or adds up notices as well.',
});

export const failedJobsAreDenied = denied('kube_job_status_failed', ['failed-job']);
export const nodeConditionsAreDenied = denied('kube_node_status_condition', ['node-not-ready']);
export const podPhasesAreDenied = denied('kube_pod_status_phase', ['pod-not-running', 'memory-of-running-pods']);
export const restartsAreDenied = denied('kube_pod_container_status_restarts_total', ['container-restarts']);
export const startsAreDenied = denied('kube_pod_container_state_started', ['containers-started']);
export const requestsAreDenied = denied('kube_pod_container_resource_requests', ['memory-of-running-pods']);

export const configMapsMayNotBeListed = mutant({
  sentence: 'The role does not let the exporter list ConfigMaps.',
  change: rules((all) => {
    for (const rule of all) rule.resources = (rule.resources ?? []).filter((resource) => resource !== 'configmaps');
  }),
  fails: ['scenarios/config-maps'],
});

export const labelsAreNotTold = mutant({
  sentence: 'The exporter ignores which labels of pods it is to tell.',
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (!metadata.name.startsWith('telling-labels-')) return;
      for (const one of spec.containers as { args: string[] }[]) {
        one.args = one.args.filter((text) => !text.startsWith('--metric-labels-allowlist'));
      }
    }),
  fails: ['scenarios/readiness-by-release'],
});

/** The exporter is told to leave out a family that a rule rests on. */
function denied(family: string, names: readonly string[]) {
  return mutant({
    sentence: `The exporter is told to leave out ${family}.`,
    change: argument(`--metric-denylist=^${family}$`),
    fails: names.map((name) => `scenarios/${name}`),
  });
}
