import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import type { RawObject } from '../../kube/object.ts';
import { ownedObjects } from '../../kube/owned/testing/owned.ts';
import type { Pod } from '../../kube/pod.ts';
import { runLabel } from '../../kube/run-label.ts';
import { makeNamespace } from '../../suite/namespace.ts';
import { waitFor } from '../../wait.ts';
import { collectDiagnostics } from './collect.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const labels = { [runLabel]: 'planted' };
const namespace = 'conformance-planted';

/** What nobody may find in a file. Made here, so that the source has no token either. */
const planted = {
  password: 'cGxhbnRlZC1wYXNzd29yZA==',
  token: ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJwbGFudGVkIn0', 'cGxhbnRlZC1zaWduYXR1cmU'].join('.'),
  nodeToken: `K10${'5eed'.repeat(16)}::server:planted-node-token`,
} as const;

const cluster = simulatedCluster('file');

beforeAll(() => makeNamespace(cluster.client, ownedObjects(cluster, 'planted'), namespace));

/** A pod that prints one line, which names its command, and ends. */
async function printed(name: string, line: string): Promise<void> {
  const containers = [{ name: 'main', image: 'busybox:1.36', command: [line] }];
  const metadata = { namespace, name, labels };
  const pod: RawObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { restartPolicy: 'Never', containers } };
  await cluster.client.create(pod);
  await waitFor({
    what: `the pod ${name} ended`,
    within: 3000,
    observe: () => cluster.client.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name }),
    until: ({ status }) => status?.phase === 'Failed',
    describe: ({ status }) => status?.phase ?? 'no phase',
  });
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('there is a file of everything that explains a failure, and none has a planted secret', async () => {
  const secret: RawObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace,
      name: 'planted',
      labels,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { it: planted.password } }) },
    },
    data: { it: planted.password },
  };
  await cluster.client.create(secret);
  await printed('leaking', `Authorization: Bearer ${planted.token}`);
  const folder = join(cluster.directory, 'diagnostics');
  const failures = await collectDiagnostics(cluster.client, {
    run: 'planted',
    target,
    directory: folder,
    booted: true,
    facts: { Kubernetes: 'v1.24.17', 'verifying requirements': '3.0 s' },
    nodeLogs: async () => ({ server: `joined with ${planted.nodeToken}\nbearer ${planted.token}\n` }),
  });
  expect(failures).toEqual([]);
  const files = filesIn(folder);
  expect(files.map((file) => file.slice(folder.length + 1))).toEqual(
    expect.arrayContaining([
      'events.txt',
      'metrics.txt',
      'run.txt',
      'nodes/server.log',
      `${namespace}/secret-planted.yaml`,
      `${namespace}/leaking.main.log`,
      'cluster/node-server.yaml',
    ]),
  );
  expect(readFileSync(join(folder, 'run.txt'), 'utf8')).toContain('verifying requirements  3.0 s\n');
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    for (const secret of Object.values(planted)) expect({ file, has: text.includes(secret) }).toEqual({ file, has: false });
  }
});

test('what cannot be collected is listed, and the rest is there', async () => {
  const folder = join(cluster.directory, 'incomplete');
  const failures = await collectDiagnostics(cluster.client, {
    run: 'planted',
    target,
    directory: folder,
    booted: true,
    facts: { run: 'planted' },
    nodeLogs: () => Promise.reject(new Error('the node is gone')),
  });
  expect(failures).toEqual(['nodes: the node is gone']);
  expect(readFileSync(join(folder, 'not-collected.txt'), 'utf8')).toBe('nodes: the node is gone\n');
  expect(filesIn(folder)).toContain(join(folder, 'run.txt'));
});
