import { controllerReference, type EndpointSlice, type Endpoints, type Pod, type Service, type ServicePort } from '../objects.ts';
import { matchesSelector } from '../selectors.ts';
import { type Controller, isReady, type World } from '../world.ts';

const HEADLESS = 'service.kubernetes.io/headless';
const SLICES = 'endpointslices.discovery.k8s.io';
const MANAGED = 'endpointslice.kubernetes.io/managed-by';
const CONTROLLER = 'endpointslice-controller.k8s.io';

interface Target {
  readonly pod: Pod;
  readonly ip: string;
  readonly isReady: boolean;
}

type Port = { name?: string; port: number; protocol: string };

/** Maintains Endpoints and an EndpointSlice for every Service with a selector. */
export const endpoints: Controller = {
  watches: ['services', 'pods'],
  reconcile(world) {
    for (const service of world.store.list<Service>('services')) if (service.spec.selector) reconcile(world, service);
    // Endpoints have no owner reference: those of deleted Services are found by name.
    for (const { metadata } of world.store.list<Endpoints>('endpoints')) {
      const isManaged = metadata.annotations?.[MANAGED] === CONTROLLER;
      if (isManaged && !world.store.find('services', metadata)) world.store.remove('endpoints', metadata);
    }
  },
};

function reconcile(world: World, service: Service): void {
  const { namespace = '', name, labels } = service.metadata;
  const targets = world.store
    .list<Pod>('pods', namespace)
    .filter(({ metadata, status }) => {
      const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
      return status?.podIP && !isOver && matchesSelector({ matchLabels: service.spec.selector ?? {} }, metadata.labels);
    })
    .map((pod) => ({ pod, ip: pod.status?.podIP ?? '', isReady: isReady(pod) && pod.metadata.deletionTimestamp === undefined }));
  const headless = service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {};
  const ports = portsOf(service, targets);
  putEndpoints(world, { namespace, name, labels: { ...labels, ...headless } }, service, targets, ports);
  putSlice(world, service, { ...labels, ...headless }, targets, ports);
}

/** The target ports; a named port that no pod has is omitted. */
function portsOf({ spec }: Service, targets: readonly Target[]): readonly Port[] {
  return (spec.ports ?? []).flatMap((port) => {
    const number = typeof port.targetPort === 'number' ? port.targetPort : named(port, targets);
    const { name, protocol = 'TCP' } = port;
    return number === undefined ? [] : [{ ...(name === undefined ? {} : { name }), port: number, protocol }];
  });
}

/** Source: Kubernetes, FindPort: a named port of the container has the name and the protocol. */
function named({ targetPort, protocol = 'TCP' }: ServicePort, targets: readonly Target[]): number | undefined {
  const containers = targets.flatMap(({ pod }) => pod.spec.containers);
  const ports = containers.flatMap((container) => container.ports ?? []);
  return ports.find((port) => port.name === String(targetPort) && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

function putEndpoints(
  world: World,
  { namespace, name, labels }: { namespace: string; name: string; labels: Record<string, string> },
  service: Service,
  targets: readonly Target[],
  ports: readonly Port[],
): void {
  const addresses = (selected: readonly Target[]) =>
    selected.map(({ ip, pod }) => ({ ip, nodeName: pod.spec.nodeName ?? '', targetRef: reference(pod) }));
  const living = targets.filter(({ pod }) => pod.metadata.deletionTimestamp === undefined);
  const isPublished = (target: Target) => target.isReady || service.spec.publishNotReadyAddresses === true;
  const ready = addresses(living.filter(isPublished));
  const notReady = addresses(living.filter((target) => !isPublished(target)));
  const subset = { ...(ready.length > 0 && { addresses: ready }), ...(notReady.length > 0 && { notReadyAddresses: notReady }) };
  const subsets = living.length > 0 && ports.length > 0 ? [{ ...subset, ports: [...ports] }] : [];
  const metadata = { namespace, name, labels, annotations: { [MANAGED]: CONTROLLER } };
  if (!world.store.find('endpoints', metadata)) {
    world.make<Endpoints>('endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets });
  }
  world.store.change<Endpoints>('endpoints', metadata, (draft) => {
    draft.metadata.labels = labels;
    draft.subsets = subsets;
  });
}

function putSlice(
  world: World,
  service: Service,
  labels: Record<string, string>,
  targets: readonly Target[],
  ports: readonly Port[],
): void {
  const { namespace = '', name } = service.metadata;
  const sliceLabels = { ...labels, 'kubernetes.io/service-name': name, [MANAGED]: CONTROLLER };
  const existing = world.store
    .list<EndpointSlice>(SLICES, namespace)
    .find(({ metadata }) => metadata.labels?.[MANAGED] === CONTROLLER && metadata.labels['kubernetes.io/service-name'] === name);
  const list = targets.map(({ ip, pod, isReady: ready }) => ({
    addresses: [ip],
    conditions: {
      ready: ready || service.spec.publishNotReadyAddresses === true,
      serving: isReady(pod),
      terminating: pod.metadata.deletionTimestamp !== undefined,
    },
    nodeName: pod.spec.nodeName ?? '',
    targetRef: reference(pod),
  }));
  const filled = ports.map((port) => ({ ...port, name: port.name ?? '' }));
  if (!existing) {
    const metadata = {
      namespace,
      generateName: `${name}-`,
      labels: sliceLabels,
      ownerReferences: [controllerReference(service)],
    };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints: list,
      ports: filled,
    };
    world.make<EndpointSlice>(SLICES, slice);
    return;
  }
  world.store.change<EndpointSlice>(SLICES, existing.metadata, (draft) => {
    draft.metadata.labels = sliceLabels;
    draft.endpoints = list;
    draft.ports = filled;
  });
}

function reference({ metadata }: Pod) {
  return { kind: 'Pod', name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid };
}
