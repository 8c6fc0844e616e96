/** How an exporter's samples of one family look: label names, and how many samples an object has. */
interface Shape {
  readonly family: string;
  readonly labels: (pod: number) => string;
  readonly value: (pod: number) => string;
}

const namespaces = Array.from({ length: 40 }, (_, index) => `team-${index}-production`);

/** Digits that look drawn by lot, and are the same in every run. */
function scrambled(number: number, digits: number): string {
  return (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(2).slice(0, digits);
}

function identity(pod: number): string {
  const namespace = namespaces[pod % namespaces.length];
  const uid = `${scrambled(pod, 8)}-${scrambled(pod, 4)}-4${scrambled(pod, 3)}-8${scrambled(pod + 7, 3)}-${scrambled(pod + 9, 12)}`;
  return `namespace="${namespace}",pod="deployment-${pod % 997}-${scrambled(pod, 10)}-${pod.toString(36)}",uid="${uid}"`;
}

const container = 'container="application"';
const shapes: readonly Shape[] = [
  { family: 'created', labels: identity, value: (pod) => `1.68${pod % 1_000_000}e+09` },
  { family: 'status_phase', labels: (pod) => `${identity(pod)},phase="Running"`, value: () => '1' },
  {
    family: 'info',
    labels: (pod) =>
      `${identity(pod)},host_ip="10.0.${pod % 250}.7",pod_ip="10.${pod % 200}.${pod % 250}.9",node="node-${pod % 500}",priority_class=""`,
    value: () => '1',
  },
  {
    family: 'container_resource_requests',
    labels: (pod) => `${identity(pod)},${container},node="node-${pod % 500}",resource="memory",unit="byte"`,
    value: (pod) => `${1 + (pod % 9)}.34217728e+08`,
  },
  { family: 'container_status_restarts_total', labels: (pod) => `${identity(pod)},${container}`, value: (pod) => `${pod % 13}` },
  {
    family: 'owner',
    labels: (pod) =>
      `${identity(pod)},owner_kind="ReplicaSet",owner_name="deployment-${pod % 997}-6d5f",owner_is_controller="true"`,
    value: () => '1',
  },
  {
    family: 'labels',
    labels: (pod) => `${identity(pod)},label_app_kubernetes_io_name="application-${pod % 997}",label_note="a \\"quoted\\" note"`,
    value: () => '1',
  },
];

/**
 * An exposition in the text format, such as a large cluster's kube-state-metrics writes, of at least `bytes` bytes: about 200
 * bytes a sample, no family larger than `familyBytes`. It is the same in every run, and comes in pieces of about 64 KiB.
 */
export function* syntheticExposition(bytes: number, familyBytes = 4_000_000): Generator<string> {
  let written = 0;
  let piece = '';
  for (let number = 0; written < bytes; number++) {
    const shape = shapes[number % shapes.length] as Shape;
    const family = `kube_pod_${number}_${shape.family}`;
    const type = shape.family.endsWith('_total') ? 'counter' : 'gauge';
    piece += `# HELP ${family} What a pod tells about itself.\n# TYPE ${family} ${type}\n`;
    const end = Math.min(bytes, written + familyBytes);
    for (let pod = 0; written < end; pod++) {
      const line = `${family}{${shape.labels(pod)}} ${shape.value(pod)}\n`;
      written += line.length;
      piece += line;
      if (piece.length < 64 * 1024) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}
