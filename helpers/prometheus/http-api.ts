/** An element of an instant vector: labels without `job` and `instance`, and the value as Prometheus writes it. */
export interface ResultRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Why a request failed: the error of Prometheus, or the status of the proxy. */
export interface PrometheusError {
  readonly error: string;
}

export type QueryResult = { readonly rows: readonly ResultRow[] } | PrometheusError;

/** A target that service discovery found, and the state of its last scrape. */
export interface ScrapeTarget {
  readonly job: string;
  /** `10.42.0.7:8080` */
  readonly instance: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Empty unless it is down. */
  readonly lastError: string;
  /** The end of its last scrape, in milliseconds since 1970; undefined before the first one. */
  readonly scrapedAt: number | undefined;
}

/** A rule that Prometheus has loaded. */
export interface LoadedRule {
  readonly file: string;
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  /** The error of the last evaluation. */
  readonly lastError?: string;
  /** RFC 3339; the year 1 before the first evaluation. */
  readonly lastEvaluation: string;
  /** The pending and firing alerts of an alerting rule; undefined for a recording rule. */
  readonly alerts?: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** The body of any response. Source: Prometheus, HTTP API: format overview. */
export interface ApiResponse<T> {
  readonly status: string;
  readonly error?: string;
  readonly data?: T;
}

/** `data` of /api/v1/query for an instant vector. */
export interface QueryData {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
}

/** `data` of /api/v1/targets. */
export interface TargetsData {
  readonly activeTargets: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly health: ScrapeTarget['health'];
    readonly lastError: string;
    /** The start of the last scrape, and its duration in seconds. */
    readonly lastScrape: string;
    readonly lastScrapeDuration: number;
  }[];
}

/** `data` of /api/v1/rules. */
export interface RulesData {
  readonly groups: readonly { readonly file: string; readonly rules: readonly Omit<LoadedRule, 'file'>[] }[];
}
