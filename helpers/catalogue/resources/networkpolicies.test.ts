import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type NetworkPolicy, networkPolicies } from './networkpolicies.ts';

const policy: NetworkPolicy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'only-web', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: { ingress: [{ from: [] }, { from: [] }] },
};

const always = `
  kube_networkpolicy_created 1714557600
  kube_networkpolicy_spec_ingress_rules 2
  kube_networkpolicy_spec_egress_rules 0
`;

test('a network policy has its number of rules in each direction', () => {
  expect(samplesAsText(networkPolicies, policy, '2.5.0')).toEqual(
    asText(`${always}
      kube_networkpolicy_annotations 1
      kube_networkpolicy_labels 1`),
  );
  expect(samplesAsText(networkPolicies, policy, '2.20.0')).toEqual(asText(always));
});

test('a policy that allows all egress has one empty rule', () => {
  expect(samplesAsText(networkPolicies, { ...policy, spec: { egress: [{}] } }, '2.20.0')).toContain(
    'kube_networkpolicy_spec_egress_rules{} 1',
  );
});
