/** One row of a result: labels without those that only tell who was scraped, and the value as Prometheus writes it. */
export interface ResultRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Prometheus' own words, or those of the way to it, on why there is no answer. */
export interface NoAnswer {
  readonly error: string;
}

export type QueryResult = { readonly rows: readonly ResultRow[] } | NoAnswer;

/** What discovery found, and what came of scraping it. */
export interface ScrapeTarget {
  readonly job: string;
  /** `10.42.0.7:8080` */
  readonly instance: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Why it is down; empty when it is not. */
  readonly lastError: string;
  /** When its last scrape was over, in milliseconds since 1970; undefined before the first one. */
  readonly scrapedAt: number | undefined;
}

/** A rule that Prometheus has loaded from a file. */
export interface LoadedRule {
  readonly file: string;
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  /** Why it cannot be evaluated. */
  readonly lastError?: string;
  /** When it was evaluated last, as Prometheus writes a time; the year 1 before the first time. */
  readonly lastEvaluation: string;
  /** What an alerting rule tells of now, be it pending or firing; absent where a rule records. */
  readonly alerts?: readonly { readonly labels: Readonly<Record<string, string>> }[];
}

/** Any answer of the HTTP API. Source: Prometheus, HTTP API: format overview. */
export interface ApiAnswer<T> {
  readonly status: string;
  readonly error?: string;
  readonly data?: T;
}

/** Of /api/v1/query, for an instant vector; a scalar or a text has another form and no rows. */
export interface QueryData {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
}

/** Of /api/v1/targets. */
export interface TargetsData {
  readonly activeTargets: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly health: ScrapeTarget['health'];
    readonly lastError: string;
    /** When the last scrape began, and how many seconds it took. */
    readonly lastScrape: string;
    readonly lastScrapeDuration: number;
  }[];
}

/** Of /api/v1/rules. */
export interface RulesData {
  readonly groups: readonly { readonly file: string; readonly rules: readonly Omit<LoadedRule, 'file'>[] }[];
}
