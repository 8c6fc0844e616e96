import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type IngressClass, ingressClasses } from './ingressclasses.ts';

const nginx: IngressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: { controller: 'k8s.io/ingress-nginx' },
};

const always = `
  kube_ingressclass_info{controller="k8s.io/ingress-nginx"} 1
  kube_ingressclass_created 1714557600
`;

test('an ingress class has its controller, from 2.7 on and not by default', () => {
  expect(samplesAsText(ingressClasses, nginx, '2.6.0')).toEqual([]);
  expect(samplesAsText(ingressClasses, nginx, '2.7.0')).toEqual(
    asText(`${always}
      kube_ingressclass_annotations 1
      kube_ingressclass_labels 1`),
  );
  expect(samplesAsText(ingressClasses, nginx, '2.20.0')).toEqual(asText(always));
  expect(ingressClasses.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
});
