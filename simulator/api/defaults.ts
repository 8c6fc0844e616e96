import type {
  Autoscaler,
  Container,
  CronJob,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Fields,
  Job,
  Namespace,
  Pod,
  PodSpec,
  PodTemplate,
  Probe,
  ReplicaSet,
  Service,
  StatefulSet,
  Stored,
  Volume,
} from '../objects.ts';

type Containers = 'containers' | 'initContainers' | 'ephemeralContainers';

/** Sets the defaults of a pod's spec, in a template or a pod. Source: Kubernetes, Pod API, defaults. */
function defaultPodSpec(spec: PodSpec): void {
  setMissing(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (spec.serviceAccountName) setMissing(spec, { serviceAccount: spec.serviceAccountName });
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const satisfies readonly Containers[]) {
    for (const container of (spec[list] ?? []) as Container[]) defaultContainer(container);
  }
}

function defaultContainer(container: Container): void {
  const isLatest = !/:[^/]+$/.test(container.image ?? '') || container.image?.endsWith(':latest');
  setMissing(container, {
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  for (const port of container.ports ?? []) setMissing(port, { protocol: 'TCP' });
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  const { limits, requests } = container.resources ?? {};
  if (container.resources && limits) container.resources.requests = { ...limits, ...requests };
}

function defaultProbe(probe: Probe): void {
  setMissing(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (probe.httpGet) setMissing(probe.httpGet, { path: '/', scheme: 'HTTP' });
}

/** Sets the fields that are undefined. */
export function setMissing<T extends object>(object: T, missing: Partial<T>): void {
  for (const [field, value] of Object.entries(missing) as [keyof T, T[keyof T]][]) object[field] ??= value;
}

/** Source: Kubernetes, Pod quality of service classes. */
export function qualityOfService({ containers, initContainers = [] }: PodSpec): string {
  const resourcesOfAll = [...containers, ...initContainers].map(({ resources }) => resources ?? {});
  const amounts = resourcesOfAll.flatMap(({ requests = {}, limits = {} }) => [
    ...cpuAndMemory(requests),
    ...cpuAndMemory(limits),
  ]);
  if (amounts.length === 0) return 'BestEffort';
  const isGuaranteed = resourcesOfAll.every(({ requests = {}, limits = {} }) =>
    ['cpu', 'memory'].every((name) => limits[name] !== undefined && limits[name] === requests[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function cpuAndMemory(amounts: Readonly<Record<string, string>>): readonly string[] {
  return [amounts.cpu, amounts.memory].filter((amount) => amount !== undefined);
}

/** Sets the defaults of an object, as the API server does before it stores it. Source: Kubernetes, API reference. */
export function applyDefaults(object: Stored): void {
  defaults[object.kind]?.(object as never);
}

const defaults: Readonly<Record<string, (object: never) => void>> = {
  Pod: ({ spec }: Pod) => {
    defaultPodSpec(spec);
    setMissing(spec, { enableServiceLinks: true });
  },
  Deployment: ({ spec }: Deployment) => {
    setMissing(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    const { strategy = {} } = spec;
    setMissing(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      setMissing(strategy, { rollingUpdate: {} });
      setMissing(strategy.rollingUpdate ?? {}, { maxSurge: '25%', maxUnavailable: '25%' } as object);
    }
    template(spec.template);
  },
  ReplicaSet: ({ spec }: ReplicaSet) => {
    setMissing(spec, { replicas: 1 });
    if (spec.template) template(spec.template);
  },
  ReplicationController: ({ spec }: ReplicaSet) => {
    setMissing(spec, { replicas: 1 });
    if (spec.template) template(spec.template);
  },
  StatefulSet: ({ spec }: StatefulSet) => {
    setMissing(spec, {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
    });
    template(spec.template);
    for (const claim of spec.volumeClaimTemplates ?? []) setMissing(claim.spec ?? {}, { volumeMode: 'Filesystem' });
  },
  DaemonSet: ({ spec }: DaemonSet) => {
    const rollingUpdate = { maxSurge: 0, maxUnavailable: 1 } as object;
    setMissing(spec, { updateStrategy: { type: 'RollingUpdate', rollingUpdate }, revisionHistoryLimit: 10 });
    template(spec.template);
  },
  Job: ({ spec }: Job) => job(spec),
  CronJob: ({ spec }: CronJob) => {
    setMissing(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    if (spec.jobTemplate.spec) template(spec.jobTemplate.spec.template);
  },
  Service: ({ spec }: Service) => {
    setMissing(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    if (spec.type !== 'ExternalName') setMissing(spec, { internalTrafficPolicy: 'Cluster', ipFamilyPolicy: 'SingleStack' });
    if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') setMissing(spec, { externalTrafficPolicy: 'Cluster' });
    for (const port of spec.ports ?? []) setMissing(port, { protocol: 'TCP', targetPort: port.port as never });
  },
  Endpoints: ({ subsets = [] }: Endpoints) => {
    for (const port of subsets.flatMap(({ ports = [] }) => ports)) setMissing(port, { protocol: 'TCP' });
  },
  EndpointSlice: ({ ports }: EndpointSlice) => {
    for (const port of ports ?? []) setMissing(port, { name: '', protocol: 'TCP' });
  },
  Namespace: (namespace: Namespace) => {
    const { metadata } = namespace;
    metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
    namespace.spec = { finalizers: ['kubernetes'], ...namespace.spec };
    namespace.status ??= { phase: 'Active' };
  },
  Node: (node: Stored) => setMissing(node, { spec: {} } as Fields),
  Secret: (secret: Stored) => setMissing(secret, { type: 'Opaque' } as Fields),
  PersistentVolume: (volume: Volume) => {
    setMissing(volume.spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    volume.status ??= { phase: 'Pending' };
  },
  PersistentVolumeClaim: (claim: Volume) => {
    setMissing(claim.spec, { volumeMode: 'Filesystem' });
    claim.status ??= { phase: 'Pending' };
  },
  StorageClass: (found: Stored) => setMissing(found, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' } as Fields),
  HorizontalPodAutoscaler: ({ spec }: Autoscaler) => {
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
    setMissing(spec, { minReplicas: 1, metrics });
  },
  LimitRange: ({ spec }: Stored & { spec: { limits: Fields[] } }) => {
    for (const limit of spec.limits) {
      if (limit.type === 'Container')
        limit.defaultRequest = { ...(limit.default as object), ...(limit.defaultRequest as object) };
    }
  },
  MutatingWebhookConfiguration: webhooks,
  ValidatingWebhookConfiguration: webhooks,
};

function template({ spec }: PodTemplate): void {
  if (spec) defaultPodSpec(spec);
}

function job(spec: Job['spec']): void {
  setMissing(spec, { backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  if (spec.completions === undefined && spec.parallelism === undefined) setMissing(spec, { completions: 1 });
  setMissing(spec, { parallelism: 1 });
  template(spec.template);
}

function webhooks({ webhooks: list = [] }: Stored & { webhooks?: Fields[] }): void {
  for (const webhook of list) setMissing(webhook, { matchPolicy: 'Equivalent', failurePolicy: 'Fail', timeoutSeconds: 10 });
}
