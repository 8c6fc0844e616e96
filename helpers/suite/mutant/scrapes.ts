import { type Interference, type ProxiedAnswer, type ProxiedRequest, requestToPod } from './interference.ts';

/** Alters the body of an answer. */
export type Alteration = (body: string) => string;

type AnswerAlteration = (answer: ProxiedAnswer, passing: ProxiedRequest) => ProxiedAnswer | Promise<ProxiedAnswer>;

const metricsPort = 8080;
const telemetryPort = 8081;

const isGet = (passing: ProxiedRequest, port: number, path: string) => {
  const request = requestToPod(passing);
  return passing.method === 'GET' && request?.port === port && request.path === path;
};

/** Whether a request is a scrape of the exporter's metrics of the cluster. */
export const isScrape = (passing: ProxiedRequest) => isGet(passing, metricsPort, '/metrics');

/** Alters every scrape. */
export const scrapes = (alter: Alteration) => () => answers(isScrape, (answer) => ({ ...answer, body: alter(answer.body) }));

/** Alters every scrape of the exporter's own metrics. */
export const telemetry = (alter: Alteration) => () =>
  answers(
    (passing) => isGet(passing, telemetryPort, '/metrics'),
    (answer) => ({ ...answer, body: alter(answer.body) }),
  );

/** Alters the answers to a path of one of the exporter's ports. */
export const page = (port: number, path: string, alter: AnswerAlteration) => () =>
  answers((passing) => isGet(passing, port, path), alter);

/** The answer, delayed by a number of milliseconds. */
export const delayed =
  (milliseconds: number): AnswerAlteration =>
  (answer) =>
    new Promise((resolve) => setTimeout(() => resolve(answer), milliseconds).unref());

/** Alters the answers to the requests for which `concerns` holds. */
export function answers(concerns: (passing: ProxiedRequest) => boolean, alter: AnswerAlteration): Interference {
  return { answer: (passing) => (concerns(passing) ? (answer) => alter(answer, passing) : undefined) };
}

/** Alters the answers to the requests for which `concerns` holds, as JSON. */
export function objects(concerns: (passing: ProxiedRequest) => boolean, alter: (object: Loose) => void): Interference {
  return answers(concerns, (answer) => {
    const object = JSON.parse(answer.body) as Loose;
    alter(object);
    return { ...answer, body: JSON.stringify(object) };
  });
}

/** Alters every object of a resource when it is created, as an admission webhook would: `pods`. */
export function admission(resource: string, alter: (object: Loose) => void): Interference {
  return {
    request: ({ method, path }) =>
      method === 'POST' && path.endsWith(`/${resource}`)
        ? (body) => {
            const object = JSON.parse(body) as Loose;
            alter(object);
            return JSON.stringify(object);
          }
        : undefined,
  };
}

/** Annotates applied objects of a resource with the number of applies, as an admission webhook could: `services`. */
export const countedIn = (resource: string) => (): Interference => {
  let count = 0;
  return {
    request: ({ method, path }) => {
      if (method !== 'PATCH' || !path.includes(`/${resource}/`)) return undefined;
      count += 1;
      return (body) => {
        const { metadata, ...object } = JSON.parse(body) as Loose;
        const annotations = { ...(metadata.annotations as object | undefined), 'example.com/applied': String(count) };
        return JSON.stringify({ ...object, metadata: { ...metadata, annotations } });
      };
    },
  };
};

/** An object of the API, for a mutant to change. */
export interface Loose {
  [field: string]: unknown;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  spec: Record<string, unknown>;
}

/** Alters the answers to scrapes that accept OpenMetrics. */
export const openMetrics = (alter: (answer: ProxiedAnswer) => ProxiedAnswer) => (): Interference =>
  answers((passing) => isScrape(passing) && String(passing.headers.accept).includes('openmetrics'), alter);

/** The answer with another content type. */
export const ofType =
  (type: string) =>
  (answer: ProxiedAnswer): ProxiedAnswer => ({ ...answer, headers: { ...answer.headers, 'content-type': type } });
