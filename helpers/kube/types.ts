import type { KubernetesObject } from './object.ts';

/** Objects of the Kubernetes API whose fields several parts of the suite read. Pods are in `pod.ts`, what manifests hold in `workload.ts`. */

/** A condition in an object's status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Node extends KubernetesObject {
  readonly spec?: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
    readonly taints?: readonly Taint[];
    readonly unschedulable?: boolean;
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    /** Quantities by resource: `{ cpu: '4', memory: '8Gi' }`. */
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly capacity?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
    readonly nodeInfo?: {
      readonly containerRuntimeVersion?: string;
      readonly kernelVersion?: string;
      readonly kubeletVersion?: string;
      readonly kubeProxyVersion?: string;
      readonly osImage?: string;
      readonly systemUUID?: string;
    };
  };
}

/** Whether the node's condition `Ready` is `True`. */
export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface EndpointSlice extends KubernetesObject {
  readonly addressType?: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly EndpointPort[] | null;
}

/** One endpoint of an EndpointSlice. */
export interface Endpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
}

/** A port of Endpoints or of an EndpointSlice. */
export interface EndpointPort {
  readonly name?: string | null;
  readonly protocol?: string;
  readonly port?: number;
}

export interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly EndpointSubset[] | null;
}

export interface EndpointSubset {
  readonly addresses?: readonly EndpointAddress[];
  readonly notReadyAddresses?: readonly EndpointAddress[];
  readonly ports?: readonly (EndpointPort & { readonly port: number })[];
}

export interface EndpointAddress {
  readonly ip: string;
}

/** An event; `metadata.name` and `metadata.namespace` are its own, not those of the object that it is about. */
export interface Event extends KubernetesObject {
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

export interface Lease extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number };
}
