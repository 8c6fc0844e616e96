/** The scrape jobs of the scenarios' Prometheus, by the names that its configuration gives them. */
export const jobs = {
  /** Discovery of the Service's endpoints; the rules read its series. */
  kubernetes: 'kube-state-metrics',
  /** The same exporter by its Service's name. */
  dns: 'kube-state-metrics-dns',
  /** A copy of the exporter that is told to expose a label of pods. */
  labels: 'kube-state-metrics-labels',
} as const;

type Job = (typeof jobs)[keyof typeof jobs];

/** What the names of a job's series begin with, so that rules which join series find each only once. */
const prefixes: Readonly<Partial<Record<Job, string>>> = { [jobs.dns]: 'dns:', [jobs.labels]: 'labels:' };

export function prefixOf(job: Job): string {
  return prefixes[job] ?? '';
}

/** An expression that was written for the series of the first job, for those of another one. */
export function forSeriesOf(job: Job, expression: string): string {
  return expression.replace(/\bkube_/g, `${prefixOf(job)}kube_`);
}
