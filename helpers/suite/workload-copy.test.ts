import { knownTargets } from '../exporter/known.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import { selects, type Workload } from '../kube/workload.ts';
import { copyOfWorkload, whyNotCopied } from './workload-copy.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

/** The target with other fields in its workload, its pods or its container. */
const targetWith = (change: { kind?: string; pod?: object; container?: object }): Pick<Target, 'workload'> => {
  const { kind = 'Deployment', pod = {}, container = {} } = change;
  const { template } = target.workload.spec;
  const containers = template.spec.containers.map((each) => ({ ...each, ...container }));
  const spec = { ...target.workload.spec, template: { ...template, spec: { ...template.spec, containers, ...pod } } };
  return { workload: { ...target.workload, kind, spec } as Workload };
};

test.each([
  ['a StatefulSet', { kind: 'StatefulSet' }, 'The pods of the StatefulSet kube-state-metrics have places of their own.'],
  ['the network of its node', { pod: { hostNetwork: true } }, 'uses ports of its node'],
  ['a port of its node', { container: { ports: [{ containerPort: 8080, hostPort: 8080 }] } }, 'uses ports of its node'],
  ['a place away from its like', { pod: { affinity: { podAntiAffinity: {} } } }, 'is placed by other pods'],
  ['a spread', { pod: { topologySpreadConstraints: [{}] } }, 'is placed by other pods'],
  ['a volume', { pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] } }, 'a volume that one pod'],
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

  test('has the pods of the original under a label that neither the original nor its Service selects', () => {
    const { selector, template } = copy.workload.spec;
    const [original] = target.workload.spec.template.spec.containers;
    const [container] = template.spec.containers;

    expect(selects(selector?.matchLabels, template.metadata?.labels)).toBe(true);
    expect(selects(copy.service.spec.selector, template.metadata?.labels)).toBe(true);
    expect(selects(target.selector, template.metadata?.labels)).toBe(false);
    expect(selects(target.service.spec.selector, template.metadata?.labels)).toBe(false);
    expect({ ...container, resources: original?.resources }).toEqual(original);
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
