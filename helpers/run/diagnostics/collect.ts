import { join } from 'node:path';
import { stringify } from 'yaml';
import { accept, getFromPod } from '../../exporter/exporter.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { isReady, type Pod } from '../../kube/pod.ts';
import type { Event } from '../../kube/types.ts';
import { makePrivateDirectory, writePrivately } from '../../private-files.ts';
import { redactExposition } from '../../redaction/exposition.ts';
import { hideSecretsOf, redactObject } from '../../redaction/object.ts';
import { redactText } from '../../redaction/text.ts';
import { Omissions, reducedNode, reducedPod } from './omitted.ts';
import { eventLine, findOwn, isOwnEvent, type Own, type OwnRequest } from './own.ts';
import { fileOfObject } from './paths.ts';

export interface DiagnosticsRequest extends OwnRequest {
  /** Where the files go. */
  readonly directory: string;
  /** Whether the run booted the cluster, so that all of it is the run's. */
  readonly booted: boolean;
  /** Releases, images and durations: name → text. */
  readonly facts: Readonly<Record<string, string>>;
  /** The logs of the nodes, where they can be read: node → text. */
  nodeLogs?(): Promise<Readonly<Record<string, string>>>;
}

/** What the parts of a collection share. */
interface Collecting {
  readonly client: KubeClient;
  readonly request: DiagnosticsRequest;
  readonly own: Own;
  readonly omissions: Omissions;
  write(name: string, text: string, redact?: (text: string) => string): void;
}

/**
 * Writes what explains a failure, before it is removed: objects, events, logs, the last expositions. What the run created is written
 * whole; of other pods and of nodes, the fields that explain scheduling and readiness. No file holds a Secret's data or a token, and
 * README.txt lists what was omitted.
 * @returns what could not be collected, a line each
 */
export async function collectDiagnostics(client: KubeClient, request: DiagnosticsRequest): Promise<readonly string[]> {
  const failures: string[] = [];
  const attempt = (name: string, part: Promise<void>) =>
    part.catch((error: Error) => {
      failures.push(`${name}: ${redactText(error.message)}`);
    });
  const write: Collecting['write'] = (name, text, redact = redactText) => {
    const file = join(request.directory, name);
    makePrivateDirectory(request.directory);
    makePrivateDirectory(join(file, '..'));
    writePrivately(file, redact(text));
  };
  const omissions = new Omissions();
  write('run.txt', writtenFacts(request.facts));
  await attempt("what is the run's own", collectOwn({ client, request, omissions, write }, attempt));
  await attempt('nodes', writeNodeLogs(request, write));
  write('README.txt', omissions.text(request.run));
  if (failures.length > 0) write('not-collected.txt', `${failures.join('\n')}\n`);
  return failures;
}

async function collectOwn(
  known: Omit<Collecting, 'own'>,
  attempt: (name: string, part: Promise<void>) => Promise<void>,
): Promise<void> {
  const own = await findOwn(known.client, known.request);
  hideSecretsOf(own.objects);
  const collecting = { ...known, own };
  await attempt('objects', writeObjects(collecting));
  await attempt('events', writeEvents(collecting));
  await attempt('logs', writeLogs(collecting));
  await attempt('expositions', writeExpositions(collecting));
}

async function writeObjects({ client, request, own, omissions, write }: Collecting): Promise<void> {
  const { target } = request;
  for (const object of own.objects) write(fileOfObject(object), stringify(redactObject(object)));
  const namespaces = [...new Set([target.namespace, 'kube-system'])];
  const [pods, nodes] = await Promise.all([
    Promise.all(namespaces.map((namespace) => client.list({ apiVersion: 'v1', kind: 'Pod', namespace }))),
    client.list({ apiVersion: 'v1', kind: 'Node' }),
  ]);
  const selected = Object.keys(target.workload.spec.template.spec.nodeSelector ?? {});
  const isForeign = ({ metadata }: KubernetesObject) => !own.has(metadata.uid);
  for (const pod of pods.flat().filter(isForeign)) {
    write(fileOfObject(pod), stringify(reducedPod(pod)));
    omissions.pod(pod, request.booted && isCoreDns(pod));
  }
  for (const node of nodes.filter(isForeign)) {
    write(fileOfObject(node), stringify(reducedNode(node, selected)));
    omissions.node(node);
  }
}

async function writeEvents({ client, request: { booted }, own, omissions, write }: Collecting): Promise<void> {
  const events = await client.list<Event>({ apiVersion: 'v1', kind: 'Event' });
  const shown = booted ? events : events.filter((event) => isOwnEvent(event, own));
  omissions.events(events.length - shown.length);
  write('events.txt', `${shown.map(eventLine).sort().join('\n')}\n`);
}

async function writeNodeLogs({ nodeLogs }: DiagnosticsRequest, write: Collecting['write']): Promise<void> {
  for (const [name, log] of Object.entries((await nodeLogs?.()) ?? {})) write(`nodes/${name}.log`, log);
}

function writtenFacts(facts: Readonly<Record<string, string>>): string {
  const column = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts)
    .map(([name, value]) => `${name.padEnd(column)}  ${value}\n`)
    .join('');
}

function isCoreDns({ metadata }: KubernetesObject): boolean {
  return metadata.namespace === 'kube-system' && metadata.labels?.['k8s-app'] === 'kube-dns';
}

/** The run's own pods, and CoreDNS where the suite booted it. */
async function writeLogs({ client, request: { booted }, own, write }: Collecting): Promise<void> {
  const system = { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' };
  const beside = booted ? (await client.list<Pod>(system)).filter(isCoreDns) : [];
  for (const { metadata, spec } of new Map([...own.pods, ...beside].map((pod) => [pod.metadata.uid, pod])).values()) {
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

async function writeExpositions({ client, request: { target }, own, write }: Collecting): Promise<void> {
  const pod = own.pods.find(
    (candidate) =>
      candidate.metadata.namespace === target.namespace &&
      isReady(candidate) &&
      candidate.spec.containers.some(({ image }) => image === target.image),
  );
  if (!pod) return write('metrics.txt', 'No pod of the exporter was Ready.\n');
  for (const [name, port] of [
    ['metrics.txt', target.ports.metrics],
    ['telemetry.txt', target.ports.telemetry],
  ] as const) {
    const { body } = await getFromPod(client, pod, port.number, '/metrics', { Accept: accept.text });
    write(name, body, redactExposition);
  }
}
