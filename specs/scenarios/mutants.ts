import type { RulesData } from '../../helpers/prometheus/prometheus.ts';
import { argument, deployment, rules, service } from '../../helpers/suite/mutant/changes.ts';
import type { Interference, ProxiedRequest } from '../../helpers/suite/mutant/interference.ts';
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

/** What a rolling restart sends: a merge patch of the workload. The installation applies it, with another content type. */
const isRestart = ({ method, path, headers }: ProxiedRequest) =>
  method === 'PATCH' && path.includes('/deployments/') && headers['content-type'] === 'application/merge-patch+json';

/** Changes the workload together with the annotation that restarts it. */
const restartedWith = (change: (spec: RestartedSpec) => void) => (): Interference => ({
  request: (passing) =>
    isRestart(passing)
      ? (body) => {
          const patch = JSON.parse(body) as { spec: RestartedSpec };
          change(patch.spec);
          return JSON.stringify(patch);
        }
      : undefined,
});

interface RestartedSpec {
  replicas?: number;
  paused?: boolean;
  readonly template: { spec?: { readonly serviceAccountName: string } };
}

/** An alert that fires in every answer of Prometheus after a rolling restart. */
const firingAfterRestart = (): Interference => {
  let isRestarted = false;
  return {
    answer: (passing) => {
      isRestarted ||= isRestart(passing);
      if (!isRestarted || !passing.path.endsWith('/api/v1/rules')) return undefined;
      return (answer) => {
        const body = JSON.parse(answer.body) as { data: RulesData };
        const rules = body.data.groups.flatMap((group) => group.rules as readonly { name: string; alerts?: readonly object[] }[]);
        const labels = { alertname: 'JobFailed', namespace: 'default', job_name: 'of-nobody' };
        for (const rule of rules) if (rule.name === 'JobFailed') rule.alerts = [{ labels, state: 'firing' }];
        return { ...answer, body: JSON.stringify(body) };
      };
    },
  };
};

/** A rolling restart concerns a copy of the exporter alone. */
const rollout = {
  byItself: 'No other requirement of the area depends on a restart of the exporter.',
  fails: ['scenarios/outlives-a-rollout'],
};

export const scenariosMutants = [
  mutant('restart-leaves-two-pods', {
    sentence: 'A rolling restart also adds a second pod, so that series stay double.',
    proxy: restartedWith((spec) => {
      spec.replicas = 2;
    }),
    ...rollout,
  }),
  mutant('restart-replaces-no-pod', {
    sentence: 'The Deployment is paused when it is restarted.',
    proxy: restartedWith((spec) => {
      spec.paused = true;
    }),
    ...rollout,
  }),
  mutant('restarted-pod-may-not-read', {
    sentence: 'The restarted pod uses an account without the rights of the exporter, and exposes nothing.',
    proxy: restartedWith(({ template }) => {
      template.spec = { serviceAccountName: 'default' };
    }),
    ...rollout,
  }),
  mutant('restart-fires-an-alert', {
    sentence: 'An alert on an object that does not exist fires after a rolling restart.',
    proxy: firingAfterRestart,
    ...rollout,
  }),
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
