import type { Feature } from '../exporter/profile.ts';
import type { Target } from '../exporter/target.ts';
import type { Right } from './audit-rights.ts';

/** `must`: a deployment without it does not conform. `should`: a recommendation, which does not change the verdict. */
export type Level = 'must' | 'should';

/** What a requirement declares; listing, selection and the report are derived from it. */
export interface RequirementDeclaration {
  /** One sentence that is true of a conformant deployment. */
  readonly sentence: string;
  readonly level?: Level;
  /** Where the rule comes from: document and section. */
  readonly source: string;
  /** The feature of the profile that includes it; `core` by default. */
  readonly feature?: Feature;
  /** The ids of requirements without which this one cannot be attempted; it is blocked when one of them fails or is blocked. */
  readonly needs?: readonly string[];
  /**
   * The ids of requirements whose failure is a cause of this one's failure. They are neither waited for nor do they block: a failure that
   * one of them explains is reported under it.
   */
  readonly explainedBy?: readonly string[];
  /**
   * Whether it is about all workloads of the exporter at once, such as every sample of every shard. Any other requirement is verified for
   * each workload. The default is that of its area.
   */
  readonly whole?: boolean;
  /**
   * Whether a serial requirement disturbs none but pods of its own where the exporter has these workloads: it is then executed beside the
   * others, as soon as what it needs has passed.
   */
  readonly besideOthers?: (workloads: readonly Target[]) => boolean;
  /** Whether it is about a ServiceAccount: it is verified for each, with all workloads of that account. The default is that of its area. */
  readonly byAccount?: boolean;
  /** A condition on the run; the requirement is not verified where it objects. */
  readonly only?: Condition;
  /** The kinds of pods that its body creates, besides copies of the exporter: it is not applicable where admission refuses one of them. */
  readonly makes?: readonly PodKind[];
  /**
   * The rights that a requirement needs which only gets and lists: an audit verifies it when the caller has them. Without it the requirement
   * changes something, or is about an installation by the suite, and an audit skips it.
   */
  readonly reads?: readonly Right[];
}

/** A condition on the run: returns the objection to a requirement in it, or undefined. */
export type Condition = (facts: ConditionFacts) => Objection | undefined;

export interface Objection {
  /** Why the requirement is not verified, as one sentence. */
  readonly reason: string;
  /** Whether a run without it is partial: the requirement is skipped, and otherwise not applicable. */
  readonly omits: boolean;
}

/** The kinds of pods that a run creates, as far as admission may treat them differently. */
export type PodKind =
  /** A hardened pod of a fixture or requirement, in a namespace of the run. */
  | 'control-pod'
  /** The same in the exporter's namespace. */
  | 'neighbour'
  /** A Prometheus, hardened as well. */
  | 'prometheus'
  /** The one fixture on the host's network. */
  | 'host-network-pod'
  /** The ephemeral container that reads the exporter's process, as root. */
  | 'inspector';

/** For each kind of pod that admission refuses, a sentence with the namespace and the API server's message. */
export type PodRefusals = Readonly<Partial<Record<PodKind, string>>>;

/** What conditions depend on. */
export interface ConditionFacts {
  readonly clusterKind: 'k3s' | 'kubeconfig' | 'simulated';
  readonly agents: number;
  /** `v2.5.0` */
  readonly exporterVersion: string;
  /** The resources that the exporter reads, by their names in `--resources`: `pods`. */
  readonly resources: readonly string[];
  /** Whether it reads the namespaces that the run creates: it is not limited to others. */
  readonly readsOwnNamespaces: boolean;
  /** Whether the cluster serves a kind in any version; before it is booted, every kind is assumed to be served. */
  serves(kind: string): boolean;
  /** The resources that the exporter reads and whose API group does not answer. */
  readonly unanswered: ReadonlySet<string>;
  /** How the workloads share the objects; absent where one exposes everything. */
  readonly sharing?: Sharing;
  /** How the ports are secured; absent where none has TLS or requires a token. */
  readonly secured?: SecuredPorts;
  /** Whether the manifests have a NetworkPolicy. */
  readonly hasNetworkPolicy?: boolean;
  /** Whether the run replaces the image of the manifests. */
  readonly imageGiven: boolean;
  /** Whether a prometheus-operator exists, or can be started. */
  readonly operator: boolean;
  /** Whether a prometheus-adapter can be started. */
  readonly adapter?: boolean;
  /** What admission refuses; before the cluster is booted, nothing. */
  readonly refusedPods: PodRefusals;
  /** Absent where the run installs the exporter. */
  readonly audit?: AuditFacts;
}

/** How the workloads of an exporter share the objects. */
export interface Sharing {
  /** By uid, in shards with ordinals. */
  readonly byUid: boolean;
  /** By uid, and each pod of a StatefulSet finds its own shard. */
  readonly automatic: boolean;
  /** Pods by their nodes. */
  readonly byNode: boolean;
}

/** How the ports of an exporter are secured. */
export interface SecuredPorts {
  /** By a kube-rbac-proxy. */
  readonly proxied: boolean;
  /** By a token, which a kube-rbac-proxy or `--auth-filter` requires. */
  readonly guarded: boolean;
}

/** What is known of an exporter that is audited. */
export interface AuditFacts {
  /** The rights of the caller. */
  readonly rights: ReadonlySet<Right>;
  /** The resources that the caller may not list. */
  readonly unreadable: ReadonlySet<string>;
  /** The resources without an object. */
  readonly empty: ReadonlySet<string>;
  /** Whether a ServiceMonitor selects it. */
  readonly monitored: boolean;
}

/** A registered requirement: its declaration with all defaults, its id and its area. */
export interface RequirementRecord {
  /** `scheduling/tolerates-control-plane` */
  readonly id: string;
  readonly area: string;
  readonly sentence: string;
  readonly level: Level;
  readonly source: string;
  readonly feature: Feature;
  readonly needs: readonly string[];
  readonly explainedBy: readonly string[];
  readonly only?: Condition;
  readonly makes?: readonly PodKind[];
  readonly reads?: readonly Right[];
  /** Whether it is verified once for all workloads, and not for each. */
  readonly whole?: boolean;
  /** Whether it is verified for each ServiceAccount, and not for each workload. */
  readonly byAccount?: boolean;
  /** Whether it disturbs others, and therefore runs after them, one at a time. */
  readonly serial: boolean;
  readonly besideOthers?: RequirementDeclaration['besideOthers'];
  /** Whether it may run at the same time as the others of its spec file; by default, they run one at a time. */
  readonly concurrent?: boolean;
  /** Whether those of its spec file take longest, so that they are executed before others that could be. */
  readonly long?: boolean;
}
