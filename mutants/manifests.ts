import { binding, container, deployment, extraObject, service, serviceAccount, set } from '../helpers/mutation/changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { countedIn } from '../helpers/mutation/scrapes.ts';

export const deploymentIsAnnotated = mutant({
  sentence: 'The Deployment has an annotation of which nothing is documented.',
  change: deployment(({ metadata }) => {
    metadata.annotations = { owner: 'somebody' };
  }),
  documented: true,
  fails: ['manifests/documented-rendering'],
});

export const serviceHasAMisspeltField = mutant({
  sentence: 'A field of the Service is misspelt.',
  change: service(({ spec }) => Object.assign(spec, { sesionAffinity: 'None' })),
  fails: ['manifests/accepted-strictly'],
});

export const serviceIsRewritten = mutant({
  sentence: 'Whenever the Service is applied, a webhook counts it in an annotation.',
  proxy: countedIn('services'),
  fromTheStart: true,
  fails: ['manifests/second-apply-changes-nothing'],
});

export const objectIsInAnotherNamespace = mutant({
  sentence: 'An object of the manifests is in another namespace.',
  change: extraObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stray', namespace: 'default' } }),
  fails: ['manifests/one-namespace'],
});

export const serviceAccountHasNoLabels = mutant({
  sentence: 'The ServiceAccount has no labels.',
  change: serviceAccount(({ metadata }) => {
    metadata.labels = {};
  }),
  fails: ['manifests/common-labels'],
});

export const versionLabelIsOld = mutant({
  sentence: 'The version label of the Service is that of an older release.',
  change: service(({ metadata }) => {
    metadata.labels = { ...metadata.labels, 'app.kubernetes.io/version': '2.4.2' };
  }),
  fails: ['manifests/common-labels'],
});

export const imageIsOfAnotherRelease = mutant({
  sentence: 'The image is of another release than the labels say.',
  change: container((draft) => {
    draft.image = draft.image.replace(/:v[\d.]+$/, ':v2.6.0');
  }),
  fails: ['manifests/common-labels'],
  verifies: ['endpoints'],
});

export const subjectIsInAnotherNamespace = mutant({
  sentence: "The binding's subject is in another namespace.",
  change: binding(({ subjects }) => set(subjects, { namespace: 'default' })),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});

export const subjectIsAnotherAccount = mutant({
  sentence: "The binding's subject has another name.",
  change: binding(({ subjects }) => set(subjects, { name: 'default' })),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});

export const roleOfTheBindingIsMissing = mutant({
  sentence: 'The binding refers to a role that is not there.',
  change: binding((draft) => {
    draft.roleRef = { ...draft.roleRef, name: 'kube-state-metrics' };
  }),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});

export const twoReplicas = mutant({
  sentence: 'Two replicas expose the cluster.',
  change: deployment(({ spec }) => {
    spec.replicas = 2;
  }),
  fails: ['manifests/one-replica'],
  verifies: ['dns'],
});

export const selectorFindsNothing = mutant({
  sentence: "The Service's selector finds nothing.",
  change: service(({ spec }) => {
    spec.selector = { ...spec.selector, 'app.kubernetes.io/name': 'kube-state-metric' };
  }),
  fails: ['manifests/service-selects-the-pod'],
  verifies: ['dns'],
});

export const selectorFindsTooMuch = mutant({
  sentence: "The Service's selector finds every exporter.",
  change: service(({ spec }) => {
    spec.selector = { 'app.kubernetes.io/component': 'exporter' };
  }),
  fails: ['manifests/service-selects-nothing-else'],
});

export const portIsNamedWrongly = mutant({
  sentence: 'The Service calls its port metrics instead of http-metrics.',
  change: service(({ spec }) => set(spec.ports?.slice(0, 1), { name: 'metrics' })),
  fails: ['manifests/ports-are-named'],
  verifies: ['dns', 'endpoints/reached-by-the-service'],
});

export const portsAreSwapped = mutant({
  sentence: 'Each port of the Service leads to the other port of the container.',
  change: service(({ spec }) => {
    set(spec.ports?.slice(0, 1), { targetPort: 'telemetry' });
    set(spec.ports?.slice(1), { targetPort: 'http-metrics' });
  }),
  fails: ['manifests/ports-are-named'],
  verifies: ['dns', 'endpoints/reached-by-the-service'],
});
