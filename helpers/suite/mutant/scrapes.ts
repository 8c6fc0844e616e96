import { askedOfPod, type Interference, type Passing, type PassingAnswer } from './interference.ts';

/** Alters the text of an answer. */
export type Alteration = (body: string) => string;

type AnswerAlteration = (answer: PassingAnswer, passing: Passing) => PassingAnswer | Promise<PassingAnswer>;

const metricsPort = 8080;
const telemetryPort = 8081;

const asks = (passing: Passing, port: number, path: string) => {
  const asked = askedOfPod(passing);
  return passing.method === 'GET' && asked?.port === port && asked.path === path;
};

/** Whether a request is a scrape of what the exporter tells of the cluster. */
export const isScrape = (passing: Passing) => asks(passing, metricsPort, '/metrics');

/** Alters every scrape. */
export const scrapes = (alter: Alteration) => () => answers(isScrape, (answer) => ({ ...answer, body: alter(answer.body) }));

/** Alters what the exporter tells of itself. */
export const telemetry = (alter: Alteration) => () =>
  answers(
    (passing) => asks(passing, telemetryPort, '/metrics'),
    (answer) => ({ ...answer, body: alter(answer.body) }),
  );

/** Alters the answers to a path of one of the exporter's ports. */
export const page = (port: number, path: string, alter: AnswerAlteration) => () =>
  answers((passing) => asks(passing, port, path), alter);

/** The answer, held back for so many milliseconds. */
export const delayed =
  (milliseconds: number): AnswerAlteration =>
  (answer) =>
    new Promise((resolve) => setTimeout(() => resolve(answer), milliseconds).unref());

/** Alters the answers to these requests. */
export function answers(concerns: (passing: Passing) => boolean, alter: AnswerAlteration): Interference {
  return { answer: (passing) => (concerns(passing) ? (answer) => alter(answer, passing) : undefined) };
}

/** Alters the answers to these requests as JSON. */
export function objects(concerns: (passing: Passing) => boolean, alter: (object: Loose) => void): Interference {
  return answers(concerns, (answer) => {
    const object = JSON.parse(answer.body) as Loose;
    alter(object);
    return { ...answer, body: JSON.stringify(object) };
  });
}

/** Alters what is made of a kind, as an admission webhook would: `pods`. */
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

/** Writes into what is applied of a kind how often that was, as an admission webhook could: `services`. */
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

/** An object of the API as a mutant changes it. */
export interface Loose {
  [field: string]: unknown;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  spec: Record<string, unknown>;
}

/** Alters the answers that a scraper gets who asks for OpenMetrics. */
export const openMetrics = (alter: (answer: PassingAnswer) => PassingAnswer) => (): Interference =>
  answers((passing) => isScrape(passing) && String(passing.headers.accept).includes('openmetrics'), alter);

/** The answer, said to be of another type. */
export const ofType =
  (type: string) =>
  (answer: PassingAnswer): PassingAnswer => ({ ...answer, headers: { ...answer.headers, 'content-type': type } });
