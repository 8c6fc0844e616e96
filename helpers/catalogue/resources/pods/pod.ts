import type { KubernetesObject } from '../../../kube/object.ts';
import type { Condition } from '../../../kube/types.ts';

/** The fields of a pod that the exporter reads. */
export interface Pod extends KubernetesObject {
  readonly spec?: PodSpec;
  readonly status?: PodStatus;
}

export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly initContainers?: readonly Container[];
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly overhead?: Resources;
  readonly priorityClassName?: string;
  readonly resourceClaims?: readonly ResourceClaim[];
  readonly restartPolicy?: string;
  readonly runtimeClassName?: string;
  readonly schedulerName?: string;
  readonly serviceAccountName?: string;
  readonly tolerations?: readonly Toleration[];
  readonly volumes?: readonly Volume[];
}

export interface PodStatus {
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly hostIP?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly phase?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip?: string }[];
  readonly qosClass?: string;
  readonly reason?: string;
  readonly resourceClaimStatuses?: readonly { readonly name: string; readonly resourceClaimName?: string }[];
  readonly startTime?: string;
}

export interface PodCondition extends Condition {
  readonly lastTransitionTime?: string | null;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly resources?: { readonly limits?: Resources; readonly requests?: Resources };
  /** `Always` for a sidecar. */
  readonly restartPolicy?: string;
}

type Resources = Readonly<Record<string, string>>;

export interface ContainerStatus {
  readonly name: string;
  readonly containerID?: string;
  readonly image?: string;
  readonly imageID?: string;
  readonly lastState?: ContainerState;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
}

/** At most one of these is set. */
export interface ContainerState {
  readonly running?: { readonly startedAt?: string | null };
  readonly terminated?: Terminated;
  readonly waiting?: { readonly reason?: string };
}

/** The times are null if the kubelet does not know the container's end. */
export interface Terminated {
  readonly exitCode?: number;
  readonly finishedAt?: string | null;
  readonly reason?: string;
  readonly startedAt?: string | null;
}

interface ResourceClaim {
  readonly name: string;
  readonly resourceClaimName?: string;
  readonly resourceClaimTemplateName?: string;
}

export interface Toleration {
  readonly effect?: string;
  readonly key?: string;
  readonly operator?: string;
  readonly tolerationSeconds?: number;
  readonly value?: string;
}

interface Volume {
  readonly name: string;
  readonly ephemeral?: object;
  readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
}
