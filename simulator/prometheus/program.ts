import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { KubeClient } from '../../helpers/kube/client.ts';
import { asBearer, type Connection } from '../../helpers/kube/connection.ts';
import { ResourceMapper } from '../../helpers/kube/reference.ts';
import { PROMETHEUS_PORT } from '../../helpers/prometheus/pod.ts';
import type { QueryData, RulesData, TargetsData } from '../../helpers/prometheus/prometheus.ts';
import { Clock } from '../clock.ts';
import { endless, type Machine, type Process, type Program } from '../node/process.ts';
import {
  addressesOf,
  type DiscoveryEnvironment,
  readConfiguration,
  readRuleGroups,
  type ScrapeConfig,
  secondsOf,
} from './discovery.ts';
import { evaluate } from './evaluate.ts';
import { Rules } from './rules.ts';
import { Target } from './scrape.ts';
import { SeriesStore, type Value } from './series.ts';

/** Simulated seconds per real second: slower than the cluster, as every scrape transfers a whole exposition. */
const SPEED = 2;

/** A stand-in for Prometheus: reads its configuration, discovers and scrapes targets, evaluates rules, and serves queries. */
export function prometheusProgram(environment: { connection(): Promise<Connection> }): Program {
  return {
    start: (machine) => start(machine, environment),
    run: () => Promise.resolve({ code: 127, stdout: '', stderr: 'simulated: there is no shell for this image\n' }),
  };
}

function start(machine: Machine, environment: { connection(): Promise<Connection> }): Process {
  const clock = new Clock(SPEED);
  const agent = new Agent({ keepAlive: true });
  const end = () => {
    clock.stop();
    agent.destroy();
  };
  const running = endless(end, 0);
  const crashed = new Promise<number>((crash) => {
    serve(machine, environment, clock, agent).catch((error: Error) => {
      machine.print(`simulated prometheus: ${error.message}\n`);
      end();
      crash(1);
    });
  });
  return { ended: Promise.race([running.ended, crashed]), stop: running.stop };
}

async function serve(
  machine: Machine,
  environment: { connection(): Promise<Connection> },
  clock: Clock,
  agent: Agent,
): Promise<void> {
  const { container, network, ip, print } = machine;
  const path = container.args?.find((argument) => argument.startsWith('--config.file='))?.slice('--config.file='.length) ?? '';
  const files = machine.mounted(dirname(path));
  const configuration = readConfiguration(files, basename(path));
  const store = new SeriesStore();
  const rules = new Rules(readRuleGroups(files, configuration.rule_files), store);
  const bearer = await machine.token();
  const client =
    bearer === undefined ? undefined : new KubeClient(asBearer(await environment.connection(), bearer), new ResourceMapper([]));
  const now = () => clock.now() / 1000;
  const targets = new Map<ScrapeConfig, Map<string, Target>>();
  let isReady = false;

  const scrapeJob = async (config: ScrapeConfig, discovery: DiscoveryEnvironment) => {
    const known = targets.get(config) ?? new Map<string, Target>();
    targets.set(config, known);
    const addresses = await addressesOf(config, discovery);
    for (const address of addresses) if (!known.has(address)) known.set(address, new Target(config, address, store));
    for (const [address, target] of known) {
      if (addresses.includes(address)) continue;
      target.markStale(now());
      known.delete(address);
    }
    await Promise.all([...known.values()].map((target) => target.scrape(network, agent, now, bearer)));
  };
  const runInterval = async (): Promise<void> => {
    for (const config of configuration.scrape_configs) {
      await scrapeJob(config, { client, resolve: machine.resolve }).catch((error: Error) =>
        print(`${config.job_name}: ${error.message}\n`),
      );
    }
    rules.evaluate(now());
    isReady = true;
    clock.after(secondsOf(configuration.global.scrape_interval), () => void runInterval());
  };
  void runInterval();

  const state = {
    isReady: () => isReady,
    now,
    query: (expression: string, at: number) => evaluate(expression, store, at),
    targets: () => ({
      activeTargets: [...targets.values()].flatMap((jobTargets) =>
        [...jobTargets.values()].map(({ identity, health, lastError, scrapedAt }) => ({
          labels: identity,
          health,
          lastError,
          lastScrape: new Date(scrapedAt * 1000).toISOString(),
          lastScrapeDuration: 0,
        })),
      ),
    }),
    rules: () => rules.data(),
  };
  await network.listen(ip, PROMETHEUS_PORT, createServer(api(state)));
}

export interface PrometheusState {
  /** Whether the first scrape has ended. */
  isReady(): boolean;
  now(): number;
  query(expression: string, at: number): Value;
  targets(): TargetsData;
  rules(): RulesData;
}

/** The request handler of the HTTP API, as far as the suite uses it. Source: Prometheus, HTTP API. */
function api(state: PrometheusState): (request: IncomingMessage, response: ServerResponse) => void {
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
