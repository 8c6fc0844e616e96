import { type Format, formatOf } from '../exposition/model.ts';
import { verify } from '../failure.ts';
import { atLeast, type Version } from '../version.ts';
import type { Answer, ReceivedAnswer } from './exporter.ts';

/** Verifies the response of a health URL: 200 and `OK`, which neither a landing page nor a proxy's error page has. */
export function verifyOk(answer: Answer): void {
  verify(answer.status === 200 && answer.body.trim() === 'OK', { expected: '200 and OK', actual: formatAnswer(answer) });
}

/** Whether a response is that of a process which has not listed any objects yet: 200, and nothing but the headers of families. */
export async function lacksSamples({ status, source }: Pick<ReceivedAnswer, 'status' | 'source'>): Promise<boolean> {
  return status === 200 && !(await hasLine(source, /^[^#\n]/m));
}

/** Whether a line begins with a pattern in ASCII, of a body of any size. */
async function hasLine(source: AsyncIterable<Uint8Array>, pattern: RegExp): Promise<boolean> {
  let line = '';
  for await (const part of source) {
    const text = line + Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
    if (pattern.test(text)) return true;
    line = text.slice(text.lastIndexOf('\n') + 1);
  }
  return false;
}

/** Verifies the response of a scrape: its format, and that it has samples. */
export async function verifyExposition(answer: ReceivedAnswer, format: Format): Promise<void> {
  const { status, contentType, source } = answer;
  const actual = formatAnswer({ status, contentType, body: source.beginning });
  const expected = format === 'text' ? '200 and text/plain; version=0.0.4' : '200 and application/openmetrics-text';
  verify(status === 200 && formatOf(contentType) === format, { expected, actual });
  verify(await hasLine(source, /^kube_\w+\{/m), { expected: 'samples of the cluster', actual });
}

/** Verifies the page at `/`: 200 and a link to each path. */
export function verifyLandingPage(answer: Answer, links: readonly string[]): void {
  const missing = links.filter((path) => !isLinked(answer.body, path));
  verify(answer.status === 200 && missing.length === 0, {
    expected: `a page with links to ${links.join(' and ')}`,
    actual: formatAnswer(answer),
  });
}

/** Verifies that the status is 404. */
export function verifyNotFound(answer: Answer): void {
  verify(answer.status === 404, { expected: '404 for a path that the exporter does not have', actual: formatAnswer(answer) });
}

/** Whether the page links to the path; the API server's proxy prefixes links with its own path. */
function isLinked(page: string, path: string): boolean {
  const targets = [...page.matchAll(/href=["']([^"']*)["']/g)].map(([, target = '']) => target);
  return targets.some((target) => target.endsWith(path));
}

/** `200 text/html; charset=utf-8: "<html>…"` */
function formatAnswer({ status, contentType, body }: Answer): string {
  const beginning = body.replace(/\s+/g, ' ').slice(0, 200);
  return `${status} ${contentType || 'without a content type'}: ${JSON.stringify(beginning)}${body.length > 200 ? '…' : ''}`;
}

/** A promised probe; any of the paths is accepted. */
export interface PromisedProbe {
  readonly port: 'metrics' | 'telemetry';
  readonly paths: readonly string[];
  /** In seconds, thresholds in responses. */
  readonly timing: Readonly<Record<ProbeTiming, number>>;
}

export type ProbeTiming = 'initialDelaySeconds' | 'timeoutSeconds' | 'periodSeconds' | 'successThreshold' | 'failureThreshold';

/** The default of each field. Source: Kubernetes, Configure probes. */
export const probeDefaults: Readonly<Record<ProbeTiming, number>> = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

/**
 * The probes that every profile promises for a release.
 * Source: the exporter's own manifests, which moved to /livez and /readyz in 2.13; the older URLs still respond.
 */
export function promisedProbes(exporter: Version): Readonly<Record<'liveness' | 'readiness', PromisedProbe>> {
  const newUrls = atLeast(exporter, '2.13');
  const timing = { ...probeDefaults, initialDelaySeconds: 5, timeoutSeconds: 5 };
  return {
    liveness: { port: 'metrics', paths: newUrls ? ['/livez', '/healthz'] : ['/healthz'], timing },
    readiness: { port: 'telemetry', paths: newUrls ? ['/readyz', '/'] : ['/'], timing },
  };
}
