import { InstalledTarget } from '../../exporter/installed.ts';
import type { KubernetesObject, RawObject } from '../../kube/object.ts';
import { describePod } from '../../kube/pod.ts';
import type { Binding, Container, Deployment, PolicyRule, Role, Service, ServiceAccount } from '../../kube/workload.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { Change, ChangeFacts, ClusterChange } from './mutant.ts';

/** The same type with every field writable, at every depth. */
type Draft<T> = { -readonly [K in keyof T]: Draft<T[K]> };
type Edit<T> = (draft: Draft<T> & Record<string, unknown>, facts: ChangeFacts) => void;

/** Edits a copy of the Deployment. */
export const deployment = (edit: Edit<Deployment>): Change => editing('Deployment', edit);

/** Edits a copy of the spec of the Deployment's pods. */
export const podSpec = (edit: Edit<Deployment['spec']['template']['spec']>): Change =>
  deployment(({ spec }, facts) => edit(spec.template.spec as Parameters<typeof edit>[0], facts));

/** Edits a copy of the exporter's container: the first one. */
export const container = (edit: Edit<Container>): Change =>
  podSpec(({ containers }, facts) => {
    const [first] = containers;
    if (!first) throw new Error('The Deployment has no container to change.');
    edit(first as Parameters<typeof edit>[0], facts);
  });

export const service = (edit: Edit<Service>): Change => editing('Service', edit);
export const serviceAccount = (edit: Edit<ServiceAccount>): Change => editing('ServiceAccount', edit);
export const binding = (edit: Edit<Binding>): Change => editing('ClusterRoleBinding', edit);

/** Edits a copy of the ClusterRole's rules. */
export const rules = (edit: (drafts: Draft<PolicyRule>[]) => void): Change =>
  editing<Role>('ClusterRole', (role) => edit((role.rules ?? []) as Draft<PolicyRule>[]));

/** Removes the rule of a resource. */
export const withoutRuleOf =
  (resource: string) =>
  (drafts: Pick<PolicyRule, 'resources'>[]): void => {
    drafts.splice(
      drafts.findIndex(({ resources }) => resources?.includes(resource)),
      1,
    );
  };

/** Adds an argument to the exporter's command line. */
export const argument = (text: string): Change =>
  container((draft) => {
    draft.args = [...(draft.args ?? []), text];
  });

/**
 * Configures custom resource state in a file of a ConfigMap, for widgets with a size and a colour.
 * @param verbs that the role gets on widgets
 */
export const customResourceState = (verbs: readonly string[]): Change =>
  combined(
    extraObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'custom-resource-state' },
      data: { 'config.yaml': JSON.stringify(widgetState) },
    } as RawObject),
    podSpec((draft) => {
      draft.volumes = [...(draft.volumes ?? []), { name: 'custom', configMap: { name: 'custom-resource-state' } }];
    }),
    container((draft) => {
      draft.args = [...(draft.args ?? []), '--custom-resource-state-config-file=/etc/custom/config.yaml'];
      draft.volumeMounts = [...(draft.volumeMounts ?? []), { name: 'custom', mountPath: '/etc/custom' }];
    }),
    rules((drafts) => {
      drafts.push(
        { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] },
        { apiGroups: ['widgets.example.com'], resources: ['widgets'], verbs: [...verbs] },
      );
    }),
  );

const widgetState = {
  spec: {
    resources: [
      {
        groupVersionKind: { group: 'widgets.example.com', version: 'v1', kind: 'Widget' },
        labelsFromPath: { name: ['metadata', 'name'], colour: ['spec', 'colour'] },
        metrics: [{ name: 'size', help: 'Of a widget.', each: { type: 'Gauge', gauge: { path: ['spec', 'size'] } } }],
      },
    ],
  },
};

/** Adds an object with the Deployment's labels, in its namespace unless the object has another. */
export const extraObject =
  (object: RawObject): Change =>
  (objects) => {
    const metadata = objects.find(({ kind }) => kind === 'Deployment')?.metadata;
    const { namespace = 'default', labels = {} } = metadata ?? {};
    return [
      ...objects,
      { ...object, metadata: { namespace, ...object.metadata, labels: { ...labels, ...object.metadata.labels } } },
    ];
  };

/** @throws an Error when there is not exactly one object of the kind */
function editing<T extends KubernetesObject>(kind: string, edit: Edit<T>): Change {
  return (objects, facts) => {
    const found = objects.filter((object) => object.kind === kind);
    if (found.length !== 1) throw new Error(`A mutant changes exactly one ${kind}; the manifests have ${found.length}.`);
    return objects.map((object) => {
      if (object.kind !== kind) return object;
      const draft = structuredClone(object) as unknown as Parameters<typeof edit>[0];
      edit(draft, facts);
      return draft as unknown as T;
    });
  };
}

/** Sets fields of an object, or of each object of a list; undefined is left as it is. */
export function set(target: object | readonly object[] | undefined, fields: Readonly<Record<string, unknown>>): void {
  for (const object of Array.isArray(target) ? target : [target ?? {}]) Object.assign(object, fields);
}

/** Applies several changes in order. */
export const combined =
  (...changes: readonly Change[]): Change =>
  (objects, facts) =>
    changes.reduce((changed, change) => change(changed, facts), objects);

/** Adds an argument to the exporter's Deployment in the cluster, and waits for the rollout. */
export const furtherArgument =
  (argument: string): ClusterChange =>
  async ({ client, target }) => {
    const { name, namespace = 'default' } = target.workload.metadata;
    const exporter = new InstalledTarget(client, target);
    const old = await exporter.pod();
    await client.call('PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, {
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/template/spec/containers/0/args', value: [...target.arguments, argument] }],
    });
    await waitFor({
      what: `the rollout of ${argument}`,
      within: seconds(60),
      observe: () => exporter.pods(),
      until: (pods) => pods.length === 1 && pods[0]?.metadata.uid !== old.metadata.uid,
      describe: (pods) => pods.map(describePod).join('; ') || 'no pod',
    });
    return async () => undefined;
  };
