import { deployment, rules, service } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';
import { familyIsDenied } from './denied-family.ts';

export const scenariosMutants = [
  mutant('config-maps-may-not-be-listed', {
    sentence: 'The role does not let the exporter list ConfigMaps.',
    change: rules((all) => {
      for (const rule of all) rule.resources = (rule.resources ?? []).filter((resource) => resource !== 'configmaps');
    }),
    byItself: 'The role is verified first.',
    fails: ['scenarios/config-maps'],
  }),
  mutant('discovered-port-has-another-name', {
    sentence: 'The Service calls the port of the metrics by another name.',
    change: service(({ spec }) => {
      for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.name = 'metrics';
    }),
    byItself: 'The names of the ports are verified first.',
    fails: ['scenarios/found-by-kubernetes'],
  }),
  mutant('endpoints-lead-elsewhere', {
    sentence: 'The port of the metrics leads to that of the telemetry.',
    change: service(({ spec }) => {
      for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.targetPort = 'telemetry';
    }),
    fails: ['scenarios/same-series-either-way'],
    byItself: 'Whoever looks where discovery leads notices first.',
  }),
  mutant('everything-is-told-twice', {
    sentence: 'A second exporter tells the same beside the first one.',
    change: deployment(({ spec }) => {
      spec.replicas = 2;
    }),
    fails: ['scenarios/rules-are-evaluated'],
    byItself: 'Whoever counts or adds up notices as well.',
  }),
  familyIsDenied('failed-jobs-are-denied', 'kube_job_status_failed', ['failed-job']),
  mutant('labels-are-not-told', {
    sentence: 'The exporter ignores which labels of pods it is to tell.',
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (!metadata.name.startsWith('telling-labels-')) return;
        for (const one of spec.containers as { args: string[] }[]) {
          one.args = one.args.filter((text) => !text.startsWith('--metric-labels-allowlist'));
        }
      }),
    fails: ['scenarios/readiness-by-release'],
  }),
  familyIsDenied('node-conditions-are-denied', 'kube_node_status_condition', ['node-not-ready']),
  familyIsDenied('pod-phases-are-denied', 'kube_pod_status_phase', ['pod-not-running', 'memory-of-running-pods']),
  mutant('prometheus-asks-another-resolver', {
    sentence: "Prometheus asks another resolver than the cluster's own.",
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (metadata.name === 'prometheus') spec.dnsPolicy = 'Default';
      }),
    fails: ['scenarios/found-by-dns'],
  }),
  familyIsDenied('requests-are-denied', 'kube_pod_container_resource_requests', ['memory-of-running-pods']),
  familyIsDenied('restarts-are-denied', 'kube_pod_container_status_restarts_total', ['container-restarts']),
  familyIsDenied('starts-are-denied', 'kube_pod_container_state_started', ['containers-started']),
];
