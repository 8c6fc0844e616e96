import { randomUUID } from 'node:crypto';
import type { Resource } from '../kinds.ts';
import type {
  Container,
  Deployment,
  Fields,
  Job,
  Namespace,
  Node,
  Pod,
  Service,
  ServiceAccount,
  Stored,
  Taint,
} from '../objects.ts';
import { matchesSelector } from '../selectors.ts';
import type { Store } from '../store.ts';
import { qualityOfService, setMissing } from './defaults.ts';
import { ApiFailure } from './failure.ts';
import { enforcePodSecurity, type PodSecurityLevel } from './pod-security.ts';

/** The mount path of a ServiceAccount's token in a container. */
export const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

export const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

let nextService = 10;

/**
 * Admits a new object: sets the fields that depend on other objects.
 * @param podSecurity the Pod Security level of namespaces without a label
 * @throws ApiFailure 403 or 404 when it is not admitted
 */
export function admit(store: Store, resource: Resource, object: Stored, podSecurity: PodSecurityLevel): void {
  const { namespace } = object.metadata;
  const found = store.find<Namespace>('namespaces', { name: namespace ?? '' });
  if (resource.namespaced) {
    if (!found) throw ApiFailure.notFound('namespaces', namespace ?? '');
    if (found.metadata.deletionTimestamp !== undefined) {
      throw new ApiFailure(
        403,
        'Forbidden',
        `${resource.name} "${object.metadata.name}" is forbidden: namespace ${namespace} is being terminated`,
      );
    }
  }
  if (resource.key === 'pods') {
    admitPod(store, object as Pod);
    if (found) enforcePodSecurity(object as Pod, found, podSecurity);
  }
  if (resource.key === 'services') admitService(object as Service);
  if (resource.key === 'nodes') admitNode(object as Node);
  if (resource.key === 'jobs.batch') labelJob(object as Job);
}

/** Validates what the schema does not express. @throws ApiFailure 422 */
export function validate({ kind, metadata, ...object }: Stored): void {
  const refuse = (problem: string): never => {
    throw ApiFailure.invalid(kind, metadata.name, problem);
  };
  if (!/^[a-z0-9:]([-a-zA-Z0-9.:]*[a-zA-Z0-9])?$/.test(metadata.name)) refuse(`metadata.name: Invalid value: "${metadata.name}"`);
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/.test(value))
      refuse(`metadata.labels: Invalid value: "${key}: ${value}"`);
  }
  const { selector, template } = (object.spec ?? {}) as Partial<Deployment['spec']>;
  if (
    ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind) &&
    !matchesSelector(selector, template?.metadata?.labels)
  ) {
    refuse('spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`');
  }
  const containers = (template?.spec?.containers ?? (object.spec as Fields | undefined)?.containers) as Container[] | undefined;
  for (const { name, image, ports = [], resources } of containers ?? []) {
    for (const text of Object.values({ ...resources?.requests, ...resources?.limits })) {
      if (!isQuantity(text)) refuse(`resources of ${name}: Invalid value: "${text}"`);
    }
    if (!name) refuse('spec.containers[0].name: Required value');
    if (!image) refuse(`spec.containers: image of ${name}: Required value`);
    for (const port of ports) {
      if (!(port.containerPort >= 1 && port.containerPort <= 65_535))
        refuse(`containerPort: Invalid value: ${port.containerPort}`);
    }
  }
}

function isQuantity(text: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)([EPTGMk]i?|Ki|[munpf]|[eE][-+]?\d+)?$/.test(text);
}

function admitPod(store: Store, pod: Pod): void {
  const { spec, metadata } = pod;
  setMissing(spec, { serviceAccountName: 'default' });
  setMissing(spec, { serviceAccount: spec.serviceAccountName ?? '' });
  const name = spec.serviceAccountName ?? '';
  const account = store.find<ServiceAccount>('serviceaccounts', { namespace: metadata.namespace, name });
  if (!account) {
    throw new ApiFailure(
      403,
      'Forbidden',
      `error looking up service account ${metadata.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec);
  const runtimeClass = spec.runtimeClassName && store.find('runtimeclasses.node.k8s.io', { name: spec.runtimeClassName });
  if (runtimeClass) setMissing(spec, { overhead: (runtimeClass.overhead as { podFixed: Record<string, string> }).podFixed });
  const priority = spec.priorityClassName && store.find('priorityclasses.scheduling.k8s.io', { name: spec.priorityClassName });
  setMissing(spec, {
    priority: priority ? Number(priority.value) : 0,
    preemptionPolicy: priority ? String(priority.preemptionPolicy) : 'PreemptLowerPriority',
  });
  for (const key of [NOT_READY, UNREACHABLE]) {
    const tolerated = spec.tolerations?.some(
      (toleration) => (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === 'NoExecute'),
    );
    const toleration = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
    if (!tolerated) spec.tolerations = [...(spec.tolerations ?? []), toleration];
  }
  const isGated = (spec.schedulingGates ?? []).length > 0;
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const gated = { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message };
  pod.status = { phase: 'Pending', qosClass: qualityOfService(spec), ...(isGated ? { conditions: [gated] } : {}) };
}

function mountToken(spec: Pod['spec']): void {
  const name = `kube-api-access-${randomUUID().slice(0, 5)}`;
  const serviceAccountToken = { expirationSeconds: 3607, path: 'token' };
  spec.volumes = [...(spec.volumes ?? []), { name, projected: { defaultMode: 420, sources: [{ serviceAccountToken }] } }];
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_DIRECTORY)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_DIRECTORY }];
  }
}

function admitService({ spec }: Service): void {
  if (spec.type === 'ExternalName') return;
  if (!spec.clusterIP) {
    nextService += 1;
    spec.clusterIP = `10.43.${nextService >> 8}.${nextService & 255}`;
  }
  setMissing(spec, { clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'] });
  const hasNodePorts = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  if (hasNodePorts)
    for (const [index, port] of (spec.ports ?? []).entries()) setMissing(port, { nodePort: 30_000 + nextService + index });
}

/** A new node has the taint not-ready until its conditions are known. Source: Kubernetes, Taint nodes by condition. */
function admitNode({ spec }: Node): void {
  const taint: Taint = { key: NOT_READY, effect: 'NoSchedule' };
  if (!spec.taints?.some(({ key, effect }) => key === taint.key && effect === taint.effect))
    spec.taints = [...(spec.taints ?? []), taint];
}

function labelJob({ spec, metadata }: Job): void {
  const labels = { 'controller-uid': metadata.uid, 'job-name': metadata.name };
  setMissing(spec, { selector: { matchLabels: { 'controller-uid': metadata.uid } } });
  spec.template.metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } };
}
