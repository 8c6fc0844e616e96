import { asText, family, podWith } from '../../testing/samples-as-text.ts';

test('node selectors are exposed by opt-in, also without any', () => {
  const options = { metricOptInList: [/kube_pod_nodeselectors/] };
  const selected = podWith({ nodeSelector: { 'kubernetes.io/os': 'linux' } });

  expect(family('kube_pod_nodeselectors', selected, '2.5.0', options)).toEqual([
    'kube_pod_nodeselectors{nodeselector_kubernetes_io_os="linux"} 1',
  ]);
  expect(family('kube_pod_nodeselectors', podWith({}), '2.20.0', options)).toEqual(['kube_pod_nodeselectors{} 1']);
  expect(family('kube_pod_nodeselectors', selected, '2.20.0')).toEqual([]);
});

test('the overhead of a runtime class is exposed by resource', () => {
  const sandboxed = podWith({ runtimeClassName: 'kata', overhead: { cpu: '250m', memory: '120Mi' } });

  expect(family('kube_pod_overhead_cpu_cores', sandboxed, '2.5.0')).toEqual(['kube_pod_overhead_cpu_cores{} 0.25']);
  expect(family('kube_pod_overhead_memory_bytes', sandboxed, '2.5.0')).toEqual(['kube_pod_overhead_memory_bytes{} 125829120']);
  expect(family('kube_pod_runtimeclass_name_info', sandboxed, '2.5.0')).toEqual([
    'kube_pod_runtimeclass_name_info{runtimeclass_name="kata"} 1',
  ]);
});

test('a pod without a runtime class has no overhead', () => {
  const families = ['kube_pod_overhead_cpu_cores', 'kube_pod_overhead_memory_bytes', 'kube_pod_runtimeclass_name_info'];

  expect(families.flatMap((name) => family(name, podWith({}), '2.20.0'))).toEqual([]);
});

test('a claim from a template has its name after the claim was created', () => {
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

const everything = { operator: 'Exists' };
const dedicated = { key: 'dedicated', operator: 'Equal', value: 'db', effect: 'NoSchedule' };
const notReady = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 };

test('2.5 exposes no tolerations', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [everything] }), '2.5.0')).toEqual([]);
});

test('before 2.14 empty labels are omitted, and an empty toleration has no sample', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [everything, notReady, {}] }), '2.6.0')).toEqual(
    asText(`
      kube_pod_tolerations{operator="Exists"} 1
      kube_pod_tolerations{key="node.kubernetes.io/not-ready",operator="Exists",effect="NoExecute",toleration_seconds="0"} 1
    `),
  );
});

test('from 2.14 on every toleration has every label', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [dedicated, {}] }), '2.14.0')).toEqual(
    asText(`
      kube_pod_tolerations{key="dedicated",operator="Equal",value="db",effect="NoSchedule",toleration_seconds=""} 1
      kube_pod_tolerations{key="",operator="",value="",effect="",toleration_seconds=""} 1
    `),
  );
});

test.each([
  ['2.13.0', 4],
  ['2.14.0', 4],
  ['2.15.0', 3],
  ['2.17.0', 3],
  ['2.18.0', 2],
])('of two tolerations, one with tolerationSeconds and both duplicated, %s exposes %i series', (release, count) => {
  const tolerations = [dedicated, { ...dedicated }, notReady, { ...notReady }];

  expect(family('kube_pod_tolerations', podWith({ tolerations }), release)).toHaveLength(count);
});
