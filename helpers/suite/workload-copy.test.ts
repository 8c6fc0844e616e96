import { accept } from '../exporter/exporter.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { selects, type Workload } from '../kube/workload.ts';
import type { RequirementContext } from './context.ts';
import { scrapeFreshCopy } from './scrape.ts';
import { copyOfWorkload, whyNotCopied, withCopies } from './workload-copy.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

interface Change {
  readonly kind?: string;
  readonly pod?: object;
  readonly container?: object;
  readonly beside?: readonly KubernetesObject[];
}

const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'scrapers' } } as KubernetesObject;

/** The target with other fields in its workload, its pods or its container, and with further objects. */
const targetWith = (change: Change): Pick<Target, 'workload' | 'objects'> => {
  const { kind = 'Deployment', pod = {}, container = {}, beside = [] } = change;
  const { template } = target.workload.spec;
  const containers = template.spec.containers.map((each) => ({ ...each, ...container }));
  const spec = { ...target.workload.spec, template: { ...template, spec: { ...template.spec, containers, ...pod } } };
  return { workload: { ...target.workload, kind, spec } as Workload, objects: [...target.objects, ...beside] };
};

test.each([
  ['a StatefulSet', { kind: 'StatefulSet' }, 'The pods of the StatefulSet kube-state-metrics have places of their own.'],
  ['the network of its node', { pod: { hostNetwork: true } }, 'uses ports of its node'],
  ['a port of its node', { container: { ports: [{ containerPort: 8080, hostPort: 8080 }] } }, 'uses ports of its node'],
  ['a place away from its like', { pod: { affinity: { podAntiAffinity: {} } } }, 'is placed by other pods'],
  ['a spread', { pod: { topologySpreadConstraints: [{}] } }, 'is placed by other pods'],
  ['a volume', { pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } }, 'a volume that one pod'],
  ['a NetworkPolicy', { beside: [policy] }, 'The NetworkPolicy scrapers selects pods'],
])('a workload with %s is not copied', (_, change, reason) => {
  expect(whyNotCopied([target, targetWith(change)])).toContain(
    reason.replace('kube-state-metrics', target.workload.metadata.name),
  );
});

test('a Deployment that does not depend on where it runs is copied', () => {
  expect(whyNotCopied([target, targetWith({ pod: { affinity: { nodeAffinity: {} } } })])).toBeUndefined();
});

describe('a copy', () => {
  const copy = copyOfWorkload(target, 'rolled-out-abc');

  test('is asked every second whether it is ready, and is unready after the same time', () => {
    const probes = (readinessProbe: object) => {
      const { workload } = copyOfWorkload({ ...target, ...targetWith({ container: { readinessProbe } }) }, 'asked');
      return workload.spec.template.spec.containers[0]?.readinessProbe;
    };
    const httpGet = { path: '/readyz', port: 8081 };

    expect(probes({ httpGet, initialDelaySeconds: 5 })).toEqual({
      ...{ httpGet, initialDelaySeconds: 5 },
      ...{ periodSeconds: 1, failureThreshold: 30 },
    });
    expect(probes({ httpGet, periodSeconds: 20, failureThreshold: 2 })).toMatchObject({ periodSeconds: 1, failureThreshold: 40 });
    expect(probes({ httpGet, successThreshold: 2 })).toEqual({ httpGet, successThreshold: 2 });
  });

  test('has the pods of the original under a label that neither the original nor its Service selects', () => {
    const { selector, template } = copy.workload.spec;
    const [original] = target.workload.spec.template.spec.containers;
    const [container] = template.spec.containers;

    expect(selects(selector?.matchLabels, template.metadata?.labels)).toBe(true);
    expect(selects(copy.service.spec.selector, template.metadata?.labels)).toBe(true);
    expect(selects(target.selector, template.metadata?.labels)).toBe(false);
    expect(selects(target.service.spec.selector, template.metadata?.labels)).toBe(false);
    const { resources, readinessProbe } = original ?? {};
    expect({ ...container, resources, readinessProbe }).toEqual(original);
    expect(template.spec).toEqual({ ...target.workload.spec.template.spec, containers: [container] });
    expect(copy.container).toBe(container);
  });

  test('keeps the limits and the update strategy, and requests little', () => {
    const strategy = { type: 'Recreate' };
    const recreated = { ...target, workload: { ...target.workload, spec: { ...target.workload.spec, strategy } } };

    expect(copy.container.resources).toEqual({ ...target.container.resources, requests: { cpu: '10m', memory: '16Mi' } });
    expect(copyOfWorkload(recreated, 'deleted-abc').workload.spec).toMatchObject({ strategy });
  });

  test('has the ports of the Service, and none of its addresses', () => {
    const addressed = {
      ...target,
      service: {
        ...target.service,
        spec: {
          ...target.service.spec,
          clusterIP: '10.43.0.7',
          type: 'NodePort',
          ports: [{ name: 'http-metrics', port: 80, targetPort: 'http', nodePort: 30080 }],
        },
      },
    };

    expect(copyOfWorkload(addressed, 'deleted-abc').service.spec).toEqual({
      selector: copyOfWorkload(addressed, 'deleted-abc').selector,
      ports: [{ name: 'http-metrics', port: 80, targetPort: 'http' }],
    });
    expect(copy.service.spec.ports).toEqual(target.service.spec.ports);
    expect(copy.service.spec.clusterIP).toBe(target.service.spec.clusterIP === 'None' ? 'None' : undefined);
    expect(copy.fqdn('cluster.local')).toBe(`rolled-out-abc.${target.namespace}.svc.cluster.local`);
  });
});

describe('a context with copies', () => {
  /** The context of a deployment with these workloads; it notes what is created and removed. */
  const contextOf = (workloads: readonly Pick<Target, 'workload' | 'objects'>[], clusterKind = 'k3s') => {
    const events: string[] = [];
    const note = (event: string) => async (object: KubernetesObject) => {
      events.push(`${event} ${object.kind} ${object.metadata.name}`);
      return object;
    };
    const client = { connection: { agent: {} } } as KubeClient;
    const installed = workloads.map((each) => new InstalledTarget(client, { ...target, ...each }));
    const scratch = { create: note('+'), remove: note('-') };
    const context = {
      client,
      run: { clusterKind },
      unique: 'abc',
      scratch,
      exporter: installed[0],
      workloads: installed,
      target,
    };
    return { context: context as unknown as RequirementContext, events };
  };

  test('has copies of all workloads, made once, in place of the exporter, until they are removed', async () => {
    const { context, events } = contextOf([target, target]);
    const copied = withCopies('rolled-out', true);
    const { context: onCopies, remove } = await copied(context);
    await copied(context);

    const created = ['rolled-out-abc', 'rolled-out-abc-1'].flatMap((name) => [`+ Deployment ${name}`, `+ Service ${name}`]);
    expect(events.splice(0).sort()).toEqual([...created].sort());
    expect(onCopies.exporter.name).toBe(`Deployment ${target.namespace}/rolled-out-abc`);
    expect(onCopies.workloads.map(({ name }) => name)).toEqual([
      `Deployment ${target.namespace}/rolled-out-abc`,
      `Deployment ${target.namespace}/rolled-out-abc-1`,
    ]);

    await remove();
    expect(events.sort()).toEqual(created.map((line) => line.replace('+', '-')).sort());
  });

  test('has a copy of its own workload alone for a requirement that is verified for each', async () => {
    const { context, events } = contextOf([target, targetWith({ kind: 'StatefulSet' })]);
    const { context: onCopies } = await withCopies('deleted', false)(context);

    expect(events).toHaveLength(2);
    expect(onCopies.workloads).toHaveLength(1);
  });

  test.each([
    ['where the exporter cannot be copied', targetWith({ kind: 'StatefulSet' }), 'k3s'],
    ['in a cluster that exists', target, 'kubeconfig'],
  ])('is the context itself %s', async (_, workload, clusterKind) => {
    const { context, events } = contextOf([workload], clusterKind);
    const { context: same, remove } = await withCopies('deleted', false)(context);
    await remove();

    expect(same).toBe(context);
    expect(events).toEqual([]);
  });
});

test('a fresh copy is scraped once it exposes the custom resources of the exporter too, which come later than all others', async () => {
  const builtIn = 'kube_pod_info{pod="a"} 1\n';
  const custom = 'shop_order_info{order="a"} 1\n';
  const pods = { exporter: [custom + builtIn], copy: [builtIn, builtIn, builtIn, builtIn + custom] };
  const requests = { exporter: 0, copy: 0 };
  const pod = (name: string) => ({ metadata: { name, namespace: 'a', uid: name }, spec: { containers: [] } });
  const client = {
    connection: { agent: {} },
    answer: async (_: string, url: string) => {
      const name = url.includes('copy') ? 'copy' : 'exporter';
      const bodies = pods[name];
      const body = bodies[Math.min(requests[name], bodies.length - 1)] ?? '';
      requests[name] += 1;
      // The copy has long been steady when its custom resources come.
      if (name === 'copy') time += 1000;
      return { status: 200, headers: { 'content-type': accept.openmetrics }, data: Buffer.from(`${body}# EOF\n`) };
    },
  };
  let time = 0;
  const realNow = performance.now;
  performance.now = () => time;
  const context = {
    ...{ client, unique: 'x', target },
    exporter: { pod: async () => pod('exporter') },
    scratch: { create: async () => pod('copy'), running: async () => pod('copy'), remove: async () => undefined },
  } as unknown as RequirementContext;

  const { exposition } = await scrapeFreshCopy(context, 'openmetrics').finally(() => {
    performance.now = realNow;
  });

  expect([...exposition.families.keys()].sort()).toEqual(['kube_pod_info', 'shop_order_info']);
});
