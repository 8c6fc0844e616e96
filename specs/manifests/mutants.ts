import {
  binding,
  combined,
  container,
  deployment,
  extraObject,
  service,
  serviceAccount,
  set,
} from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { countedIn } from '../../helpers/suite/mutant/scrapes.ts';

const withoutVersion = (labels: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'app.kubernetes.io/version'));

export const manifestsMutants = [
  mutant('another-account-is-bound', {
    sentence: 'The binding also grants the role to the default ServiceAccount.',
    change: binding(({ subjects }) => subjects?.push({ kind: 'ServiceAccount', name: 'default', namespace: 'monitoring' })),
    fails: ['manifests/binding-names-the-account'],
  }),
  mutant('binding-is-of-an-old-version', {
    sentence: 'The binding is of a version of RBAC that the cluster no longer serves.',
    change: binding((draft) => Object.assign(draft, { apiVersion: 'rbac.authorization.k8s.io/v1beta1' })),
    fails: ['manifests/kinds-are-served'],
    verifies: ['access', 'endpoints'],
  }),
  mutant('deployment-is-annotated', {
    sentence: 'The Deployment has an annotation that is not documented.',
    change: deployment(({ metadata }) => {
      metadata.annotations = { owner: 'somebody' };
    }),
    documented: true,
    fails: ['manifests/documented-rendering'],
  }),
  mutant('image-has-another-release', {
    sentence: 'The image has another release than the labels.',
    change: container((draft) => {
      draft.image = draft.image.replace(/:v[\d.]+$/, ':v2.6.0');
    }),
    fails: ['manifests/common-labels'],
    verifies: ['endpoints'],
  }),
  mutant('kind-of-an-operator-is-not-served', {
    sentence: 'The manifests have a ServiceMonitor, which the cluster does not serve.',
    change: extraObject({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'exporter' },
      spec: { selector: {}, endpoints: [{ port: 'http-metrics' }] },
    }),
    fails: ['manifests/optional-kinds-are-served'],
    verifies: ['access', 'dns', 'endpoints', 'exposition'],
  }),
  mutant('object-is-in-another-namespace', {
    sentence: 'An object of the manifests is in another namespace.',
    change: extraObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere', namespace: 'default' } }),
    fails: ['manifests/one-namespace'],
  }),
  mutant('pods-have-no-version', {
    sentence: 'The pods have no version label, and the selectors do not use it.',
    change: combined(
      deployment(({ spec }) => {
        spec.selector = { matchLabels: withoutVersion(spec.selector?.matchLabels) };
        spec.template.metadata = { labels: withoutVersion(spec.template.metadata?.labels) };
      }),
      service(({ spec }) => {
        spec.selector = withoutVersion(spec.selector);
      }),
    ),
    fails: ['manifests/common-labels'],
  }),
  mutant('port-has-another-name', {
    sentence: 'The metrics port of the Service has the name metrics instead of http-metrics.',
    change: service(({ spec }) => set(spec.ports?.slice(0, 1), { name: 'metrics' })),
    fails: ['manifests/ports-are-named'],
    verifies: ['dns', 'endpoints/reached-by-the-service'],
  }),
  mutant('port-is-udp', {
    sentence: 'The metrics port has the protocol UDP.',
    change: service(({ spec }) => set(spec.ports?.slice(0, 1), { protocol: 'UDP' })),
    fails: ['manifests/ports-are-named'],
    verifies: ['dns', 'endpoints/reached-by-the-service'],
  }),
  mutant('ports-are-swapped', {
    sentence: 'The ports of the Service lead to each other’s port of the container.',
    change: service(({ spec }) => {
      set(spec.ports?.slice(0, 1), { targetPort: 'telemetry' });
      set(spec.ports?.slice(1), { targetPort: 'http-metrics' });
    }),
    fails: ['manifests/ports-are-named', 'manifests/telemetry-port-is-named'],
    verifies: ['dns', 'endpoints/reached-by-the-service'],
  }),
  mutant('role-of-the-binding-is-missing', {
    sentence: 'The binding refers to a role that does not exist.',
    change: binding((draft) => {
      draft.roleRef = { ...draft.roleRef, name: 'kube-state-metrics' };
    }),
    fails: ['manifests/binding-names-the-account'],
    verifies: ['access'],
  }),
  mutant('selector-matches-nothing', {
    sentence: "The Service's selector matches no pod.",
    change: service(({ spec }) => {
      spec.selector = { ...spec.selector, 'app.kubernetes.io/name': 'kube-state-metric' };
    }),
    fails: ['manifests/service-selects-the-pod'],
    verifies: ['dns'],
  }),
  mutant('selector-matches-too-much', {
    sentence: "The Service's selector matches every exporter.",
    change: service(({ spec }) => {
      spec.selector = { 'app.kubernetes.io/component': 'exporter' };
    }),
    fails: ['manifests/service-selects-nothing-else'],
  }),
  mutant('service-account-has-no-labels', {
    sentence: 'The ServiceAccount has no labels.',
    change: serviceAccount(({ metadata }) => {
      metadata.labels = {};
    }),
    fails: ['manifests/common-labels'],
  }),
  mutant('service-has-a-misspelt-field', {
    sentence: 'A field of the Service is misspelt.',
    change: service(({ spec }) => Object.assign(spec, { sesionAffinity: 'None' })),
    fails: ['manifests/accepted-strictly'],
  }),
  mutant('service-is-rewritten', {
    sentence: 'A webhook counts every apply of the Service in an annotation.',
    proxy: countedIn('services'),
    fromTheStart: true,
    fails: ['manifests/second-apply-changes-nothing'],
  }),
  mutant('subject-is-another-account', {
    sentence: "The binding's subject has another name.",
    change: binding(({ subjects }) => set(subjects, { name: 'default' })),
    fails: ['manifests/binding-names-the-account'],
    verifies: ['access'],
  }),
  mutant('subject-is-in-another-namespace', {
    sentence: "The binding's subject is in another namespace.",
    change: binding(({ subjects }) => set(subjects, { namespace: 'default' })),
    fails: ['manifests/binding-names-the-account'],
    verifies: ['access'],
  }),
  mutant('telemetry-port-is-missing', {
    sentence: 'The Service has the metrics port only.',
    change: service(({ spec }) => Object.assign(spec, { ports: spec.ports?.slice(0, 1) })),
    fails: ['manifests/telemetry-port-is-named'],
    verifies: ['dns', 'endpoints/reached-by-the-service'],
  }),
  mutant('two-replicas', {
    sentence: 'Two replicas expose the cluster.',
    change: deployment(({ spec }) => {
      spec.replicas = 2;
    }),
    fails: ['manifests/one-replica'],
    verifies: ['dns'],
  }),
  mutant('version-label-is-old', {
    sentence: 'The version label of the Service has an older release.',
    change: service(({ metadata }) => {
      metadata.labels = { ...metadata.labels, 'app.kubernetes.io/version': '2.4.2' };
    }),
    fails: ['manifests/common-labels'],
  }),
];
