import { asText } from '../samples-as-text.ts';
import { family, podWith } from './testing-pod.ts';

test('node selectors are told when asked for, also of a pod that has none', () => {
  const options = { metricOptInList: [/kube_pod_nodeselectors/] };
  const selected = podWith({ nodeSelector: { 'kubernetes.io/os': 'linux' } });

  expect(family('kube_pod_nodeselectors', selected, '2.5.0', options)).toEqual([
    'kube_pod_nodeselectors{nodeselector_kubernetes_io_os="linux"} 1',
  ]);
  expect(family('kube_pod_nodeselectors', podWith({}), '2.20.0', options)).toEqual(['kube_pod_nodeselectors{} 1']);
  expect(family('kube_pod_nodeselectors', selected, '2.20.0')).toEqual([]);
});

test('the overhead of a runtime class is told by resource', () => {
  const sandboxed = podWith({ runtimeClassName: 'kata', overhead: { cpu: '250m', memory: '120Mi' } });

  expect(family('kube_pod_overhead_cpu_cores', sandboxed, '2.5.0')).toEqual(['kube_pod_overhead_cpu_cores{} 0.25']);
  expect(family('kube_pod_overhead_memory_bytes', sandboxed, '2.5.0')).toEqual(['kube_pod_overhead_memory_bytes{} 125829120']);
  expect(family('kube_pod_runtimeclass_name_info', sandboxed, '2.5.0')).toEqual([
    'kube_pod_runtimeclass_name_info{runtimeclass_name="kata"} 1',
  ]);
});

test('a pod without a runtime class has neither', () => {
  const families = ['kube_pod_overhead_cpu_cores', 'kube_pod_overhead_memory_bytes', 'kube_pod_runtimeclass_name_info'];

  expect(families.flatMap((name) => family(name, podWith({}), '2.20.0'))).toEqual([]);
});

test('a claim from a template has its name once the claim is made', () => {
  const resourceClaims = [
    { name: 'shared', resourceClaimName: 'gpu-pool' },
    { name: 'own', resourceClaimTemplateName: 'gpu' },
    { name: 'pending', resourceClaimTemplateName: 'gpu' },
  ];
  const pod = podWith({ resourceClaims }, { resourceClaimStatuses: [{ name: 'own', resourceClaimName: 'web-own-4f2' }] });

  expect(family('kube_pod_resourceclaim_info', pod, '2.20.0')).toEqual(
    asText(`
      kube_pod_resourceclaim_info{claim_name="shared",resourceclaim_name="gpu-pool",resourceclaim_template_name=""} 1
      kube_pod_resourceclaim_info{claim_name="own",resourceclaim_name="web-own-4f2",resourceclaim_template_name="gpu"} 1
      kube_pod_resourceclaim_info{claim_name="pending",resourceclaim_name="",resourceclaim_template_name="gpu"} 1
    `),
  );
  expect(family('kube_pod_resourceclaim_info', pod, '2.19.1')).toEqual([]);
});
