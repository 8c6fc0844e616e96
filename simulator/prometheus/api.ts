import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueryData, RulesData, TargetsData } from '../../helpers/prometheus/answers.ts';
import type { Value } from './evaluate.ts';

export interface Answers {
  /** Whether it has begun to look. */
  isReady(): boolean;
  now(): number;
  query(expression: string, at: number): Value;
  targets(): TargetsData;
  rules(): RulesData;
}

/** The part of Prometheus' HTTP API that the suite asks for. Source: Prometheus, HTTP API. */
export function api(answers: Answers): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://prometheus');
    if (pathname === '/-/ready') response.writeHead(answers.isReady() ? 200 : 503).end();
    else if (pathname === '/api/v1/targets') reply(response, answers.targets());
    else if (pathname === '/api/v1/rules') reply(response, answers.rules());
    else if (pathname === '/api/v1/query') query(answers, searchParams, response);
    else response.writeHead(404).end('404 page not found');
  };
}

function query(answers: Answers, parameters: URLSearchParams, response: ServerResponse): void {
  const at = Number(parameters.get('time') ?? answers.now());
  try {
    const value = answers.query(parameters.get('query') ?? '', at);
    const elements = typeof value === 'number' ? [] : value;
    const result = elements.map((one) => ({ metric: one.labels, value: [at, String(one.value)] as const }));
    reply<QueryData>(response, { resultType: typeof value === 'number' ? 'scalar' : 'vector', result });
  } catch (error) {
    const failure = { status: 'error', errorType: 'execution', error: (error as Error).message };
    response.writeHead(422, { 'Content-Type': 'application/json' }).end(JSON.stringify(failure));
  }
}

function reply<T>(response: ServerResponse, data: T): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
}
