import type { Profile } from '../exporter/profile.ts';

/** A cluster that a run may use, and the way back. */
export interface ProvidedCluster {
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  readonly kubeconfig: string;
  readonly context?: string;
  /** How many nodes it has at least. */
  readonly nodes: number;
  /** Whether a run of this suite made it, so that its own parts may be changed. */
  readonly booted: boolean;
  /** What its nodes have printed, each under its container's name; absent where the suite cannot see that. */
  nodeLogs?(): Promise<Readonly<Record<string, string>>>;
}

/** What the user chose of the cluster, and where its files go. */
export interface ClusterOptions {
  /** k3s unless set. */
  readonly cluster: 'k3s' | 'kubeconfig' | 'simulated' | undefined;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** The node's image. */
  readonly k3sImage: string;
  /** How many nodes join the server. */
  readonly agents: number;
  readonly keep: boolean;
  readonly reuse: boolean;
  readonly reports: string;
  readonly prometheusImage: string;
}

export interface ClusterRequest {
  readonly run: string;
  readonly options: ClusterOptions;
  readonly profile: Profile;
  /** What pods will run. */
  readonly images: readonly string[];
  readonly directory: string;
  /** Told what may keep the cluster from coming up, and what to do about it. */
  readonly warn?: (sentence: string) => void;
}
