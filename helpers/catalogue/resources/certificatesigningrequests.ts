import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export interface CertificateSigningRequest extends KubernetesObject {
  readonly spec: { readonly signerName: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string }[];
    /** Base64. */
    readonly certificate?: string;
  };
}

export const certificateSigningRequests: ResourceTable<CertificateSigningRequest> = {
  resource: 'certificatesigningrequests',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' }),
  labels: ({ metadata, spec }) => ({ certificatesigningrequest: metadata.name, signer_name: spec.signerName }),
  families: [
    annotationsFamily('certificatesigningrequests', 'kube_certificatesigningrequest_annotations', { stability: 'ALPHA' }),
    labelsFamily('certificatesigningrequests', 'kube_certificatesigningrequest_labels', { stability: 'STABLE' }),
    gauge('kube_certificatesigningrequest_created', { stability: 'STABLE' }, created),
    // The number of conditions of the type, whatever their status; 0 for a pending request.
    gauge('kube_certificatesigningrequest_condition', { stability: 'STABLE' }, ({ status }, context) =>
      ['Approved', 'Denied', ...(context.since('2.18') ? ['Failed'] : [])].map((type) => ({
        labels: { condition: type.toLowerCase() },
        value: (status?.conditions ?? []).filter((condition) => condition.type === type).length,
      })),
    ),
    gauge('kube_certificatesigningrequest_cert_length', { stability: 'STABLE' }, ({ status }) =>
      value(Buffer.from(status?.certificate ?? '', 'base64').length),
    ),
  ],
};
