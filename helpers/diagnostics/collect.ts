import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { runLabel } from '../run/label.ts';
import { listLabelled } from '../run/remove-objects.ts';
import { accept, ask } from '../target/exporter.ts';
import type { Target } from '../target/target.ts';
import { fileOfObject } from './look-at.ts';
import { redactObject, redactText } from './redact.ts';

export interface DiagnosticsRequest {
  readonly run: string;
  readonly target: Target;
  /** Where the files go. */
  readonly directory: string;
  /** What is known of the run by its name: releases, images, how long each part took. */
  readonly facts: Readonly<Record<string, string>>;
  /** What the nodes have printed, where that can be had. */
  nodeLogs?(): Promise<Readonly<Record<string, string>>>;
}

/**
 * Writes down what one would look at after a failure, before it is removed: objects, events, logs, the last expositions. No file
 * holds a Secret's data or a token.
 * @returns what could not be collected, a line each: the rest is still worth having
 */
export async function collectDiagnostics(client: KubeClient, request: DiagnosticsRequest): Promise<readonly string[]> {
  const write = (name: string, text: string) => {
    const file = join(request.directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, redactText(text));
  };
  const parts: Readonly<Record<string, () => Promise<void>>> = {
    objects: () => writeObjects(client, request, write),
    events: () => writeEvents(client, write),
    logs: () => writeLogs(client, request, write),
    expositions: () => writeExpositions(client, request, write),
    nodes: () => writeNodeLogs(request, write),
    facts: async () => write('run.txt', writtenFacts(request.facts)),
  };
  const failures: string[] = [];
  for (const [name, collect] of Object.entries(parts)) {
    await collect().catch((error: Error) => failures.push(`${name}: ${error.message}`));
  }
  if (failures.length > 0) write('not-collected.txt', `${failures.join('\n')}\n`);
  return failures;
}

type Write = (name: string, text: string) => void;

async function writeObjects(client: KubeClient, { run, target }: DiagnosticsRequest, write: Write): Promise<void> {
  const labelled = await listLabelled(client, `${runLabel}=${run}`);
  const inNamespace = ['Pod', 'Endpoints', 'EndpointSlice'].flatMap((kind) =>
    client.mapper.resources.filter((one) => one.kind === kind && one.subresource === undefined && one.verbs.includes('list')),
  );
  const others = await Promise.all(
    inNamespace.map(({ apiVersion, kind }) => client.list<KubernetesObject>({ apiVersion, kind, namespace: target.namespace })),
  );
  const nodes = await client.list<KubernetesObject>({ apiVersion: 'v1', kind: 'Node' });
  for (const object of [...labelled, ...others.flat(), ...nodes]) {
    write(fileOfObject(object), stringify(redactObject(object)));
  }
}

interface Event extends KubernetesObject {
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

async function writeEvents(client: KubeClient, write: Write): Promise<void> {
  const events = await client.list<Event>({ apiVersion: 'v1', kind: 'Event' });
  const lines = events.map(({ lastTimestamp, eventTime, metadata, type, reason, message, involvedObject }) => {
    const when = lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
    const { kind, namespace = '', name } = involvedObject;
    return `${when} ${type} ${kind} ${namespace}/${name} ${reason}: ${message}`;
  });
  write('events.txt', `${lines.sort().join('\n')}\n`);
}

async function writeNodeLogs({ nodeLogs }: DiagnosticsRequest, write: Write): Promise<void> {
  for (const [name, log] of Object.entries((await nodeLogs?.()) ?? {})) write(`nodes/${name}.log`, log);
}

function writtenFacts(facts: Readonly<Record<string, string>>): string {
  const column = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(column)}  ${value}\n`)
    .join('');
}

/** Those beside the exporter, and those that the run made anywhere; the exporter's own may lack the run's label. */
async function podsOf(client: KubeClient, { run, target }: DiagnosticsRequest): Promise<readonly Pod[]> {
  const pods = { apiVersion: 'v1', kind: 'Pod' };
  const lists = await Promise.all([
    ...[...new Set([target.namespace, 'kube-system'])].map((namespace) => client.list<Pod>({ ...pods, namespace })),
    client.list<Pod>(pods, { labelSelector: `${runLabel}=${run}` }),
  ]);
  return [...new Map(lists.flat().map((pod) => [pod.metadata.uid, pod])).values()];
}

async function writeLogs(client: KubeClient, request: DiagnosticsRequest, write: Write): Promise<void> {
  for (const { metadata, spec } of await podsOf(client, request)) {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/log`;
    const { initContainers = [], containers } = spec;
    for (const container of [...initContainers, ...containers].map(({ name }) => name)) {
      for (const previous of [false, true]) {
        const response = await client.send<string>('GET', path, { query: { container, previous }, responseType: 'text' });
        const name = `${metadata.namespace}/${metadata.name}.${container}${previous ? '.previous' : ''}.log`;
        if (response.status === 200) write(name, response.data);
      }
    }
  }
}

async function writeExpositions(client: KubeClient, { target }: DiagnosticsRequest, write: Write): Promise<void> {
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: target.namespace });
  const pod = pods.find((one) => isReady(one) && one.spec.containers.some(({ image }) => image === target.image));
  if (!pod) return write('metrics.txt', 'No pod of the exporter was Ready.\n');
  const headers = { Accept: accept.text };
  write('metrics.txt', (await ask(client, pod, target.ports.metrics.number, '/metrics', headers)).body);
  write('telemetry.txt', (await ask(client, pod, target.ports.telemetry.number, '/metrics', headers)).body);
}
