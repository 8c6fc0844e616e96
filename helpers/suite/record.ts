import type { Feature } from '../exporter/profile.ts';
import type { Right } from './audit-rights.ts';

/** `must`: a deployment without it does not conform. `should`: shown, and no reason to refuse. */
export type Level = 'must' | 'should';

/** What a requirement declares of itself; listing, selection and the report follow from it. */
export interface RequirementDeclaration {
  /** One sentence, as true of a deployment that conforms. */
  readonly sentence: string;
  readonly level?: Level;
  /** Where the rule comes from: document and section. */
  readonly source: string;
  /** The feature of the profile that brings it; `core` unless told. */
  readonly feature?: Feature;
  /** The ids of requirements without which this one cannot be attempted; it is blocked when one of them fails or is blocked. */
  readonly needs?: readonly string[];
  /**
   * The ids of requirements whose failure is a cause of this one's failure. They are neither waited for nor do they block: a failure that
   * one of them explains is reported under it.
   */
  readonly explainedBy?: readonly string[];
  /** What the cluster must allow; left out, with this as the reason, where it does not. */
  readonly only?: Condition;
  /** The kinds of pod that its body makes, beside copies of the exporter: it is not applicable where admission refuses one of them. */
  readonly makes?: readonly PodKind[];
  /**
   * What it takes, when nothing is done but to get and to list: an audit verifies it then, as far as the caller has the rights. An audit
   * leaves out what has none of this: it changes something, or is about an installation that the suite has made.
   */
  readonly reads?: readonly Right[];
}

/** A condition on the run: what speaks against a requirement in it, or undefined when nothing does. */
export type Condition = (facts: ConditionFacts) => Objection | undefined;

export interface Objection {
  /** Why the requirement is left out, as one sentence. */
  readonly reason: string;
  /** Whether a run without it is only a part of what could be said, and its verdict therefore partial. */
  readonly omits: boolean;
}

/** The kinds of pod that a run makes, as far as admission may think differently of them. */
export type PodKind =
  /** A hardened pod in a namespace of the run's own, which a fixture or a requirement makes. */
  | 'control-pod'
  /** The same in the exporter's namespace. */
  | 'neighbour'
  /** A Prometheus, as hardened, of an image of its own. */
  | 'prometheus'
  /** The one fixture on the host's network. */
  | 'host-network-pod'
  /** The ephemeral container that reads the exporter's process, as root. */
  | 'inspector';

/** Of each kind of pod that admission refuses, a sentence with the namespace and the API server's words. */
export type PodRefusals = Readonly<Partial<Record<PodKind, string>>>;

/** What conditions may look at. */
export interface ConditionFacts {
  readonly clusterKind: 'k3s' | 'kubeconfig' | 'simulated';
  readonly agents: number;
  /** `v2.5.0` */
  readonly exporterVersion: string;
  /** What the exporter reads, as `--resources` names it: `pods`. */
  readonly resources: readonly string[];
  /** Whether the cluster serves a kind in any version; of a cluster that is not there yet everything is assumed. */
  serves(kind: string): boolean;
  /** Of what the exporter reads, what the API server has no answer for, as the server of its API group fails. */
  readonly unanswered: ReadonlySet<string>;
  /** Whether the image is another one than the manifests name. */
  readonly imageGiven: boolean;
  /** Whether a prometheus-operator is there, or can be started. */
  readonly operator: boolean;
  /** What admission refuses; of a cluster that is not there yet, nothing. */
  readonly refusedPods: PodRefusals;
  /** Absent where the run makes what it looks at. */
  readonly audit?: AuditFacts;
}

/** What is known of an exporter that is examined as it is. */
export interface AuditFacts {
  /** What the caller may do. */
  readonly rights: ReadonlySet<Right>;
  /** The resources that the caller may not list. */
  readonly unreadable: ReadonlySet<string>;
  /** The resources of which there is no object. */
  readonly empty: ReadonlySet<string>;
  /** Whether there is a ServiceMonitor for it. */
  readonly monitored: boolean;
}

/** A requirement as it is registered: its declaration with all defaults filled in, and its place. */
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
  /** Whether it disturbs others and therefore runs after them, with nothing beside it. */
  readonly serial: boolean;
}
