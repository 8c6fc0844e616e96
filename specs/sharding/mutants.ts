import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import type { Container, Workload } from '../../helpers/kube/workload.ts';
import { combined, rules, withoutRuleOf } from '../../helpers/suite/mutant/changes.ts';
import type { ProxiedRequest } from '../../helpers/suite/mutant/interference.ts';
import { dropped, everyLine, firstLine, sampleOf, withBody } from '../../helpers/suite/mutant/lines.ts';
import { scrapesAfter } from '../../helpers/suite/mutant/memory.ts';
import { type Change, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, isScrape, scrapes, telemetry } from '../../helpers/suite/mutant/scrapes.ts';

/** What a share has in place of the Deployment's fields. */
interface Share {
  readonly kind?: string;
  /** Appended to the Deployment's name, and the value of a label of its own. */
  readonly suffix: string;
  readonly args: readonly string[];
  readonly replicas?: number;
}

const env = ['POD_NAME metadata.name', 'POD_NAMESPACE metadata.namespace', 'NODE_NAME spec.nodeName'].map((text) => {
  const [name = '', fieldPath = ''] = text.split(' ');
  return { name, valueFrom: { fieldRef: { fieldPath } } };
});

/** Replaces the Deployment by these shares of it. */
const sharedBy =
  (...shares: readonly Share[]): Change =>
  (objects) =>
    objects.flatMap((object) =>
      object.kind === 'Deployment' ? shares.map((share) => shareOf(object as Workload, share)) : object,
    );

function shareOf(
  { metadata, spec, ...deployment }: Workload,
  { kind = 'Deployment', suffix, args, replicas = 1 }: Share,
): RawObject {
  const label = { 'kube-state-metrics.io/shard': suffix };
  const { template, selector } = spec;
  const resources = { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } };
  const containers = template.spec.containers.map((container: Container) => ({ ...container, args, env, resources }));
  return {
    ...deployment,
    kind,
    metadata: { ...metadata, name: suffix === '' ? metadata.name : `${metadata.name}-${suffix}` },
    spec: {
      ...(kind === 'DaemonSet' ? {} : { replicas }),
      ...(kind === 'StatefulSet' && { serviceName: metadata.name }),
      selector: { matchLabels: { ...selector?.matchLabels, ...label } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } },
        spec: { ...template.spec, containers },
      },
    },
  };
}

/** Deployments with these ordinals of a total. Source: kube-state-metrics, examples/deploymentsharding. */
const shards = (total: number, ...ordinals: readonly number[]): Change =>
  sharedBy(
    ...ordinals.map((ordinal, index) => ({ suffix: String(index), args: [`--shard=${ordinal}`, `--total-shards=${total}`] })),
  );

/** A StatefulSet that shards itself, with a Role for its own place. Source: kube-state-metrics, examples/autosharding. */
const automatic = (...resources: readonly string[]): Change => automaticWith([], ...resources);

const automaticWith = (further: readonly string[], ...resources: readonly string[]): Change => {
  const args = ['--pod=$(POD_NAME)', '--pod-namespace=$(POD_NAMESPACE)', ...further];
  return combined(sharedBy({ kind: 'StatefulSet', suffix: '', args, replicas: 2 }), roleFor(resources));
};

const roleFor =
  (resources: readonly string[]): Change =>
  (objects) => {
    const set = objects.find(({ kind }) => kind === 'StatefulSet') as Workload;
    const { name, namespace = '' } = set.metadata;
    const metadata = { ...set.metadata, name: `${name}-place` };
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    const rules = resources.map((resource) =>
      resource === 'pods'
        ? { apiGroups: [''], resources: ['pods'], verbs: ['get'] }
        : { apiGroups: ['apps'], resources: [resource], resourceNames: [name], verbs: ['get'] },
    );
    const subjects = [{ kind: 'ServiceAccount', name: set.spec.template.spec.serviceAccountName, namespace }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name };
    const created: readonly KubernetesObject[] = [
      { apiVersion, kind: 'Role', metadata, rules } as RawObject,
      { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects } as RawObject,
    ];
    return [...created, ...objects];
  };

const byNode = { kind: 'DaemonSet', suffix: 'node', args: ['--resources=pods', '--node=$(NODE_NAME)'] };
const unscheduled = { suffix: 'unscheduled', args: ['--resources=pods', '--track-unscheduled-pods'] };
const rest = { suffix: 'rest', args: ['--resources=configmaps,namespaces,nodes,services'] };

/** Adds matching lines of earlier scrapes to every later one, beside its own, so that the family stays in one piece. */
const exposedByAll = (matches: (line: string) => boolean) => () => {
  const known = new Set<string>();
  return answers(isScrape, (answer) => {
    const lines = answer.body.split('\n');
    const own = lines.filter(matches);
    for (const line of own) known.add(line);
    const first = lines.findIndex(matches);
    if (first >= 0) lines.splice(first, own.length, ...known);
    return { ...answer, body: lines.join('\n') };
  });
};

/** Whether a request scales a workload of this resource: the manifests are applied with another content type. */
const scales =
  (resource: string) =>
  ({ method, path, headers }: ProxiedRequest): boolean =>
    method === 'PATCH' && path.includes(`/${resource}/`) && String(headers['content-type']).includes('merge-patch');

/** Drops the samples of the exporter's namespace, whose objects last. */
const withoutOwnNamespace = withBody(everyLine((line) => line.includes('namespace="monitoring"'), dropped));

const target = 'current' as const;

export const shardingMutants = [
  mutant('shard-is-missing', {
    sentence: 'Of three shards, the second has no Deployment.',
    target,
    change: shards(3, 0, 2),
    fails: ['sharding/covers-everything'],
  }),
  mutant('two-shards-are-alike', {
    sentence: 'Two Deployments are the first of two shards, and none is the second.',
    target,
    change: shards(2, 0, 0),
    fails: ['sharding/covers-everything'],
  }),
  mutant('total-of-a-shard-is-wrong', {
    sentence: 'Of two shards, the second believes that there are three.',
    target,
    change: sharedBy(
      { suffix: '0', args: ['--shard=0', '--total-shards=2'] },
      { suffix: '1', args: ['--shard=1', '--total-shards=3'] },
    ),
    fails: ['sharding/covers-everything'],
  }),
  mutant('unscheduled-pods-have-no-deployment', {
    sentence: 'A DaemonSet exposes the pods of each node, and no Deployment those without one.',
    target,
    change: sharedBy(byNode, rest),
    fails: ['sharding/covers-everything'],
  }),
  mutant('role-may-not-get-its-pod', {
    sentence: 'The Role of a StatefulSet that shards itself lacks the permission to get its pod.',
    target,
    change: automatic('statefulsets'),
    fails: ['sharding/may-find-its-shard'],
  }),
  mutant('role-may-not-get-its-stateful-set', {
    sentence: 'The Role of a StatefulSet that shards itself lacks the permission to get that StatefulSet.',
    target,
    change: automatic('pods'),
    fails: ['sharding/may-find-its-shard'],
  }),
  mutant('role-may-not-watch-its-stateful-set', {
    sentence:
      'A StatefulSet that shards itself exposes no StatefulSets, and its Role lacks the permission to list and watch its own.',
    target,
    change: combined(
      automaticWith(['--resources=configmaps,namespaces,nodes,pods,services'], 'pods', 'statefulsets'),
      rules(withoutRuleOf('statefulsets')),
    ),
    fails: ['sharding/may-find-its-shard'],
  }),
  mutant('shard-reports-another-total', {
    sentence: 'The shards report a total that is not that of their workloads.',
    target,
    change: shards(2, 0, 1),
    proxy: telemetry((body) => body.replace('kube_state_metrics_total_shards 2', 'kube_state_metrics_total_shards 3')),
    fails: ['sharding/telemetry-agrees'],
  }),
  mutant('shard-exposes-objects-of-another', {
    sentence: 'What one shard has exposed, the other exposes as well.',
    target,
    change: shards(2, 0, 1),
    proxy: exposedByAll(sampleOf('kube_configmap_info')),
    fails: ['sharding/each-object-once'],
  }),
  mutant('pod-of-another-node-is-exposed', {
    sentence: 'A process that selects the pods of its node exposes a pod of another node.',
    target,
    change: sharedBy(byNode, unscheduled, rest),
    proxy: scrapes(firstLine(sampleOf('kube_pod_info', 'node="s'), (line) => [line.replace(/node="[^"]*"/, 'node="another"')])),
    fails: ['sharding/pods-by-node'],
  }),
  mutant('objects-are-lost-when-shards-are-scaled', {
    sentence: 'Once the StatefulSet has been scaled, no shard exposes the objects of one namespace.',
    target,
    change: automatic('pods', 'statefulsets'),
    proxy: scrapesAfter(scales('statefulsets'), withoutOwnNamespace),
    fails: ['sharding/scaling-moves-few-objects'],
  }),
  mutant('objects-are-lost-when-a-shard-is-down', {
    sentence: 'Once a shard is down, the other one loses objects as well.',
    target,
    change: shards(2, 0, 1),
    proxy: scrapesAfter(scales('deployments'), withoutOwnNamespace),
    fails: ['sharding/missing-share-is-noticed'],
  }),
];
