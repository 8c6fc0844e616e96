import type { IncomingMessage, ServerResponse } from 'node:http';
import type { QueryData, RulesData, TargetsData } from '../../helpers/prometheus/prometheus.ts';
import type { Value } from './series.ts';

export interface PrometheusState {
  /** Whether the first scrape has ended. */
  isReady(): boolean;
  now(): number;
  query(expression: string, at: number): Value;
  targets(): TargetsData;
  rules(): RulesData;
}

/** The request handler of the HTTP API, as far as the suite uses it. Source: Prometheus, HTTP API. */
export function api(state: PrometheusState): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://prometheus');
    if (pathname === '/-/ready') response.writeHead(state.isReady() ? 200 : 503).end();
    else if (pathname === '/api/v1/targets') reply(response, state.targets());
    else if (pathname === '/api/v1/rules') reply(response, state.rules());
    else if (pathname === '/api/v1/query') query(state, searchParams, response);
    else response.writeHead(404).end('404 page not found');
  };
}

function query(state: PrometheusState, parameters: URLSearchParams, response: ServerResponse): void {
  const at = Number(parameters.get('time') ?? state.now());
  try {
    const value = state.query(parameters.get('query') ?? '', at);
    const elements = typeof value === 'number' ? [] : value;
    const result = elements.map(({ labels, value: number }) => ({ metric: labels, value: [at, String(number)] as const }));
    reply<QueryData>(response, { resultType: typeof value === 'number' ? 'scalar' : 'vector', result });
  } catch (error) {
    const failure = { status: 'error', errorType: 'execution', error: (error as Error).message };
    response.writeHead(422, { 'Content-Type': 'application/json' }).end(JSON.stringify(failure));
  }
}

function reply<T>(response: ServerResponse, data: T): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
}
