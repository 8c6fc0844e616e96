/** How a difference counts for the verdict: it rejects the candidate, it is worth knowing, or it affects nobody. */
export type Severity = 'reject' | 'note' | 'harmless';

/** The parts of a comparison, in the order in which they are reported. */
export const parts = [
  'start',
  'surface',
  'openmetrics',
  'objects',
  'rules',
  'dashboards',
  'permissions',
  'endpoints',
  'cost',
  'conformance',
] as const;

export type Part = (typeof parts)[number];

/** A difference between the candidate and the release that it would replace. */
export interface GateDifference {
  /** `surface/family-gone/kube_x`: begins with the part. Stable between runs, as waivers refer to it. */
  readonly id: string;
  readonly part: Part;
  /** One sentence. */
  readonly sentence: string;
  readonly severity: Severity;
  /** The rule or dashboard query that is affected, which may have several differences: `alert KubePodNotReady`. */
  readonly rule?: string;
  /** A shorter form of the sentence, for summaries. */
  readonly brief?: string;
  /** The process of the candidate ended: it was started, and did not only wait for something. */
  readonly processEnded?: true;
  /** The rule has this problem on both releases, so it is no difference between them, but probably a mistake in the rule. */
  readonly both?: true;
  /** Whether the catalogue or the documentation known to the gate explains it; undefined where neither covers the subject. */
  readonly origin?: 'documented' | 'surprise';
  /** The release that introduced the change: `2.8`. */
  readonly since?: string;
  /** Set when it is predicted from the catalogue and no exporter ran; its sentence begins with that. */
  readonly predicted?: true;
  /** What to change, one sentence. */
  readonly advice?: string;
  /** Set by a waiver: the difference does not reject until that day. */
  readonly waived?: { readonly reason: string; readonly until: string };
  /** Examples from each side: samples in the text format, permissions, paths or results. */
  readonly old: readonly string[];
  readonly new: readonly string[];
}
