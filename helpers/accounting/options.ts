/** The exporter's own arguments, as far as they change what it exposes. Absent means the exporter's default. */
export interface ExporterOptions {
  /** `--resources` */
  readonly resources?: ReadonlySet<string>;
  /** `--namespaces`, in the order in which they are given */
  readonly namespaces?: ReadonlySet<string>;
  /** `--namespaces-denylist` */
  readonly namespacesDenylist?: ReadonlySet<string>;
  /** `--metric-allowlist`; not anchored: a pattern may match anywhere in the family's name */
  readonly metricAllowlist?: readonly RegExp[];
  /** `--metric-denylist` */
  readonly metricDenylist?: readonly RegExp[];
  /** `--metric-opt-in-list` */
  readonly metricOptInList?: readonly RegExp[];
  /** `--metric-labels-allowlist`: by resource, the label keys */
  readonly metricLabelsAllowlist?: ReadonlyMap<string, readonly string[]>;
  /** `--metric-annotations-allowlist`: by resource, the annotation keys */
  readonly metricAnnotationsAllowlist?: ReadonlyMap<string, readonly string[]>;
}
