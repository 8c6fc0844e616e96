import { documentationOf } from '../../helpers/exporter/known.ts';
import { sharesByPod } from '../../helpers/exporter/shares.ts';
import { NotApplicable, verify, verifyNone } from '../../helpers/failure.ts';
import { manifestsOwnImage } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import {
  danglingBindings,
  misnamedPort,
  missingLabels,
  objectsElsewhere,
  otherSubjects,
  podsBehind,
  renderingDifferences,
  selectsBystander,
  servedObjects,
  shardingFaults,
  unservedObjects,
} from './agreement.ts';
import { firstApply, refusalOfUnknownField, refusals, secondApply } from './apply.ts';

const apply = 'Kubernetes, Server-Side Apply; API concepts: field validation';
const kinds = 'Kubernetes, API overview: API groups and versioning; Deprecated API migration guide';

area('manifests', { whole: true }, () => {
  requirement(
    'documented-rendering',
    {
      sentence: 'The manifests render to exactly the objects that the guide lists.',
      source: 'Small homelab K3s guide, G035',
      feature: 'documented-rendering',
    },
    async ({ run, target }) => {
      verifyNone(renderingDifferences(target.objects, documentationOf(run.targetName)), 'the documented objects, and no others');
    },
  );

  requirement(
    'kinds-are-served',
    {
      sentence:
        'The cluster serves the kind and version of every object that the exporter needs: workload, account, RBAC and Service.',
      source: kinds,
    },
    async ({ client, target }) => {
      verifyNone(unservedObjects(target, client.mapper, 'own'), 'every kind served in the version of the manifests');
    },
  );

  requirement(
    'optional-kinds-are-served',
    {
      sentence: 'The cluster serves the kind and version of every other object of the manifests, such as a ServiceMonitor.',
      level: 'should',
      source: kinds,
    },
    async ({ client, target }) =>
      verifyNone(unservedObjects(target, client.mapper, 'optional'), 'every kind served in the version of the manifests'),
  );

  requirement(
    'accepted-strictly',
    {
      sentence: 'The API server accepts every object as it is written, and refuses one with a field that does not exist.',
      source: apply,
      explainedBy: ['manifests/kinds-are-served'],
    },
    async ({ client, run, target, observed }) => {
      const refusal = await refusalOfUnknownField(client, target.workload);
      verify(refusal !== undefined, {
        expected: 'a refusal of an unknown field, without which an acceptance proves nothing',
        actual: 'the API server accepted it',
      });
      verifyNone(
        run.installation.refused.map(({ object, message }) => `${object}: ${message}`),
        'no object refused',
      );
      verifyNone(await refusals(client, servedObjects(target, client.mapper)), 'no object refused');
      observed(`an unknown field was refused: ${refusal}`);
    },
  );

  requirement(
    'second-apply-changes-nothing',
    {
      sentence: 'Applying the same manifests again changes no generation and no resourceVersion.',
      source: apply,
      explainedBy: ['manifests/accepted-strictly'],
    },
    async ({ client, objects, target }) => {
      const first = await firstApply(client, servedObjects(target, client.mapper), objects);
      verify(first.objects.length > 0, { expected: 'objects that the run created', actual: 'none in its record' });
      verifyNone(first.changed, 'no change of generation by the first apply');
      const { own } = await waitFor({
        what: 'a second apply during which nobody else changes the objects',
        within: seconds(10),
        observe: () => secondApply(client, first.objects),
        until: (applied) => applied.own.length > 0 || applied.foreign.length === 0,
        describe: ({ foreign }) => foreign.join('; '),
      });

      verifyNone(own, 'no change of generation or resourceVersion');
    },
  );

  requirement(
    'one-namespace',
    {
      sentence:
        'Every namespaced object is in the namespace of the Deployment, except the roles for the namespaces that the exporter is limited to.',
      source: 'Kustomize, namespace transformer',
    },
    async ({ client, target }) => {
      verifyNone(objectsElsewhere(target, client.mapper), `every object in ${target.namespace}`);
    },
  );

  requirement(
    'common-labels',
    {
      whole: false,
      sentence: 'Every object, and every pod of the Deployment, has the common labels, with the version of the image.',
      source: 'Kubernetes, Recommended labels; the guide: commonLabels',
      feature: 'common-labels',
      only: manifestsOwnImage,
    },
    async ({ profile, target }) => {
      const { major, minor, patch } = target.version;
      const version = { 'app.kubernetes.io/version': `${major}.${minor}.${patch}` };
      verifyNone(missingLabels(target, { ...profile.promises.labels, ...version }), 'the labels on every object');
    },
  );

  requirement(
    'binding-names-the-account',
    {
      byAccount: true,
      sentence: 'A binding names an existing role and, as its only subject, the ServiceAccount in its namespace.',
      source: 'Kubernetes, Using RBAC authorization: referring to subjects',
      reads: ['roles'],
    },
    async ({ target }) => {
      const account = `${target.namespace}/${target.serviceAccountName}`;
      verify(target.access.bindings.length > 0, {
        expected: `a binding whose subject is the ServiceAccount ${account}`,
        actual: 'no binding; check the name and the namespace of the subjects',
      });
      verifyNone(danglingBindings(target), 'a role for every binding');
      verifyNone(otherSubjects(target), `no other subject than ${account}`);
    },
  );

  requirement(
    'one-replica',
    {
      whole: false,
      sentence: 'Exactly one pod exposes the objects of its workload: a second one would duplicate every series.',
      source: 'kube-state-metrics, README: horizontal sharding',
      needs: ['probes/starts'],
      reads: [],
    },
    async ({ exporter, target }) => {
      if (sharesByPod(target.container)) throw new NotApplicable('Each pod of the workload exposes a share of its own.');
      await exporter.pod();
      const pods = await exporter.pods();
      verify(pods.length === 1, {
        expected: 'one pod',
        actual: `${pods.length}: ${pods.map(({ metadata }) => metadata.name).join(', ')}`,
      });
    },
  );

  requirement(
    'shares-the-objects',
    {
      sentence: 'Several exporters share the objects in the way that the profile names.',
      source: 'kube-state-metrics, README: horizontal sharding; examples',
      feature: 'sharding',
    },
    async ({ profile, target }) => {
      const { sharding } = profile.promises;
      if (!sharding) throw new Error(`The profile ${profile.name} names no way to share; the requirement has the wrong feature.`);
      verifyNone(shardingFaults(target, sharding), `exporters that share the objects: ${sharding}`);
    },
  );

  requirement(
    'service-selects-the-pod',
    {
      whole: false,
      sentence: "The Service's selector matches the exporter's pod.",
      source: 'Kubernetes, Service: defining a Service',
      needs: ['probes/starts'],
      explainedBy: ['manifests/accepted-strictly', 'manifests/kinds-are-served'],
      reads: ['endpoints'],
    },
    async ({ client, target, exporter }) => {
      const { metadata } = await exporter.pod();
      const service = target.service.metadata.name;
      await waitFor({
        what: `the Service ${service} to lead to ${metadata.name}`,
        within: seconds(10),
        observe: () => podsBehind(client, target.namespace, service),
        until: (names) => names.includes(metadata.name),
        describe: (names) => names.join(', ') || `no pod for the selector ${JSON.stringify(target.service.spec.selector)}`,
      });
    },
  );

  requirement(
    'service-selects-nothing-else',
    {
      whole: false,
      sentence: "The Service's selector does not match a pod of another application with the same component.",
      source: 'Kubernetes, Service: defining a Service',
      needs: ['manifests/service-selects-the-pod'],
      makes: ['neighbour'],
    },
    async (context) => {
      const { target } = context;
      verify(!(await selectsBystander(context)), {
        expected: `the Service ${target.service.metadata.name} to lead only to the exporter`,
        actual: `its selector ${JSON.stringify(target.service.spec.selector)} also matches a pod with another app.kubernetes.io/name`,
      });
    },
  );

  requirement(
    'ports-are-named',
    {
      whole: false,
      sentence:
        'The Service has the metrics port under the name that scrape configurations expect, and it leads to that port of the container.',
      source: 'The guide: Service; kube-state-metrics, examples/standard',
      feature: 'named-ports',
    },
    async ({ profile, target }) => verifyNone(misnamedPort(target, profile, 'metrics'), 'the metrics port under its name'),
  );

  requirement(
    'telemetry-port-is-named',
    {
      sentence:
        "The Service has the port with the exporter's own metrics under its name, and it leads to that port of the container.",
      source: 'The guide: Service; kube-state-metrics, examples/standard',
      feature: 'telemetry-port',
    },
    async ({ profile, target }) => verifyNone(misnamedPort(target, profile, 'telemetry'), 'the telemetry port under its name'),
  );
});
