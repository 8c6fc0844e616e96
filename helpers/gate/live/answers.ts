import { accept, getFromPod } from '../../exporter/exporter.ts';
import type { Exposition } from '../../exposition/model.ts';
import { readExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Version } from '../../version.ts';
import {
  classifyResponse,
  type EndpointPath,
  endpointPaths,
  type PathResponse,
  type PathResponses,
  probedPaths,
} from '../endpoints/gate-endpoints.ts';
import type { RunningSide, Sides } from './readings.ts';

/** Asks both sides for every path that any release has documented, and for what the candidate's probes ask for. */
export async function askPaths(client: KubeClient, sides: Sides<RunningSide>): Promise<readonly PathResponses[]> {
  const known = ({ port, path }: EndpointPath) => endpointPaths.some((one) => one.port === port && one.path === path);
  const asked = [...endpointPaths, ...probedPaths(sides.new.target).filter((one) => !known(one))];
  const [old, now] = await Promise.all([answersOf(client, sides.old, asked), answersOf(client, sides.new, asked)]);
  return asked.map((one, index) => ({ ...one, old: old[index] ?? 'not found', new: now[index] ?? 'not found' }));
}

async function answersOf(
  client: KubeClient,
  { pod, target }: RunningSide,
  paths: readonly EndpointPath[],
): Promise<readonly PathResponse[]> {
  const get = ({ port, path }: EndpointPath) => getFromPod(client, pod, target.ports[port].number, path);
  const landing = {
    metrics: (await get({ port: 'metrics', path: '/' })).body,
    telemetry: (await get({ port: 'telemetry', path: '/' })).body,
  };
  return Promise.all(paths.map(async (asked) => classifyResponse(asked.path, await get(asked), landing[asked.port])));
}

/** What both sides tell of themselves. */
export async function telemetryOf(
  client: KubeClient,
  sides: Sides<RunningSide>,
): Promise<Sides<{ readonly version: Version; readonly telemetry: Exposition }>> {
  const read = async ({ pod, target }: RunningSide) => {
    const { body } = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
    return { version: target.version, telemetry: (await readExposition(body, { format: 'text' })).exposition };
  };
  const [old, now] = await Promise.all([read(sides.old), read(sides.new)]);
  return { old, new: now };
}
