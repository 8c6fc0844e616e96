/** What a difference means for the answer. */
export type Severity = 'reject' | 'know' | 'nothing';

/** The parts of a comparison, in the order in which they are told. */
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

/** Something that is not the same with the candidate as with what it would replace. */
export interface GateDifference {
  /** Stable: a waiver names it, `surface/family-gone/kube_x`. It begins with its part. */
  readonly id: string;
  readonly part: Part;
  /** What is different, as one sentence. */
  readonly sentence: string;
  readonly severity: Severity;
  /** The rule or the query that it is about, of which there may be several differences: `alert KubePodNotReady`. */
  readonly rule?: string;
  /** The reason alone, where the sentence says more than a first look bears. */
  readonly brief?: string;
  /** It is so with both releases: no difference between them, but what nobody meant who wrote the rule. */
  readonly both?: true;
  /** Whether it is in the tables of the accounting, or in the documentation that the gate knows; undefined where neither could say. */
  readonly origin?: 'documented' | 'surprise';
  /** The release that changed it: `2.8`. */
  readonly since?: string;
  /** What to do about it, as one sentence. */
  readonly advice?: string;
  /** Why it does not count against the candidate, and until when. */
  readonly waived?: { readonly reason: string; readonly until: string };
  /** Examples of both sides: samples as an exposition writes them, or whatever else is compared. */
  readonly old: readonly string[];
  readonly new: readonly string[];
}
