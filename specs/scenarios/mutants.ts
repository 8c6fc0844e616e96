import { argument, deployment, rules, service } from '../../helpers/suite/mutant/changes.ts';
import { type Mutant, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';

/**
 * The exporter is configured to omit a family that rules use.
 * @param scenarios the names of the requirements that must fail: `failed-job`
 */
const familyIsDenied = (name: string, family: string, scenarios: readonly string[]): Mutant =>
  mutant(name, {
    sentence: `The exporter is configured to omit ${family}.`,
    change: argument(`--metric-denylist=^${family}$`),
    fails: scenarios.map((scenario) => `scenarios/${scenario}`),
  });

export const scenariosMutants = [
  mutant('config-maps-may-not-be-listed', {
    sentence: 'The role does not let the exporter list ConfigMaps.',
    change: rules((policyRules) => {
      for (const rule of policyRules) rule.resources = (rule.resources ?? []).filter((resource) => resource !== 'configmaps');
    }),
    byItself: 'The role is verified first.',
    fails: ['scenarios/config-maps'],
  }),
  mutant('discovered-port-has-another-name', {
    sentence: 'The metrics port has another name in the Service.',
    change: service(({ spec }) => {
      for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.name = 'metrics';
    }),
    byItself: 'The names of the ports are verified first.',
    fails: ['scenarios/found-by-kubernetes'],
  }),
  mutant('metrics-port-leads-to-telemetry', {
    sentence: 'The metrics port of the Service leads to the telemetry port.',
    change: service(({ spec }) => {
      for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.targetPort = 'telemetry';
    }),
    fails: ['scenarios/same-series-either-way'],
    byItself: 'Requirements on discovery would fail first.',
  }),
  mutant('every-series-is-exposed-twice', {
    sentence: 'A second exporter exposes the same series.',
    change: deployment(({ spec }) => {
      spec.replicas = 2;
    }),
    fails: ['scenarios/rules-are-evaluated'],
    byItself: 'Rules that count or sum would fail as well.',
  }),
  familyIsDenied('failed-jobs-are-denied', 'kube_job_status_failed', ['failed-job']),
  mutant('labels-are-not-exposed', {
    sentence: 'The exporter ignores --metric-labels-allowlist.',
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (!metadata.name.startsWith('with-labels-')) return;
        for (const container of spec.containers as { args: string[] }[]) {
          container.args = container.args.filter((text) => !text.startsWith('--metric-labels-allowlist'));
        }
      }),
    fails: ['scenarios/readiness-by-release'],
  }),
  familyIsDenied('node-conditions-are-denied', 'kube_node_status_condition', ['node-not-ready']),
  familyIsDenied('pod-phases-are-denied', 'kube_pod_status_phase', ['pod-not-running', 'memory-of-running-pods']),
  mutant('prometheus-uses-another-resolver', {
    sentence: "Prometheus does not use the cluster's resolver.",
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
