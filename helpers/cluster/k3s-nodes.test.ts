import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { InfrastructureError } from '../errors.ts';
import { cgroupNamespace, currentK3s, K3sAgentContainer, K3sServerContainer, NodeLog, serverCommand } from './k3s-nodes.ts';

test('the server runs without the components that disturb a run, on a disk that is nearly full', () => {
  const command = serverCommand({ taint: 'k3s-controlplane=true:NoExecute', domain: 'lab.local', host: 'docker.host' });

  expect(command).toEqual([
    'server',
    '--disable=traefik',
    '--disable=metrics-server',
    '--disable=servicelb',
    '--disable=gateway-api-crd',
    '--node-name=server',
    '--cluster-domain=lab.local',
    '--tls-san=docker.host',
    '--kubelet-arg=eviction-hard=imagefs.available<1%,nodefs.available<1%',
    '--kubelet-arg=eviction-minimum-reclaim=imagefs.available=1%,nodefs.available=1%',
    '--kubelet-arg=image-gc-high-threshold=100',
    '--kubelet-arg=kube-api-qps=50',
    '--kubelet-arg=kube-api-burst=100',
    '--kubelet-arg=event-qps=50',
    '--kubelet-arg=event-burst=100',
    '--node-taint=k3s-controlplane=true:NoExecute',
  ]);
});

test.each([
  ['2', 'rancher/k3s:v1.24.17-k3s1', 'private'],
  ['2', 'registry.example:5000/rancher/k3s:v1.36.4-k3s1', 'private'],
  ['1', 'rancher/k3s:v1.34.11-k3s1', 'host'],
  [undefined, 'rancher/k3s:v1.34.11-k3s1', 'host'],
  ['2', 'rancher/k3s:v1.21.3-k3s1', 'host'],
  ['2', 'localhost/kube-node:v1.34.1', 'host'],
])('on cgroup version %s, %s gets the %s namespace', (version, image, namespace) => {
  expect(cgroupNamespace(version, image)).toBe(namespace);
});

test.each([
  ['server', K3sServerContainer],
  ['agent', K3sAgentContainer],
])('the cgroups of the host are bound into the %s only where it shares them', (_, Container) => {
  const settings = (container: object) => (container as { readonly hostConfig: object }).hostConfig;

  expect(settings(new Container('k3s', 'private'))).toMatchObject({ CgroupnsMode: 'private', Binds: [], Privileged: true });
  expect(settings(new Container('k3s', 'host'))).toMatchObject({
    CgroupnsMode: 'host',
    Binds: ['/sys/fs/cgroup:/sys/fs/cgroup:rw'],
    Privileged: true,
  });
});

test('the suggested k3s is one that the nightly run takes', () => {
  const { k3s } = JSON.parse(readFileSync('.github/matrix.json', 'utf8')) as { readonly k3s: readonly string[] };

  expect(k3s.map((tag) => `rancher/k3s:${tag}`)).toContain(currentK3s);
});

describe('the log of a node that did not start', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'node-log-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function failureAfter(...lines: readonly string[]): Promise<InfrastructureError> {
    const log = new NodeLog(join(directory, 'nodes'), 'server');
    const stream = Readable.from(lines.map((line) => `${line}\n`));
    log.follow(stream);
    await finished(stream);
    // The redaction behind the stream ends in the same turn.
    await new Promise(setImmediate);
    return log.failure('The node k3s did not start: timed out.');
  }

  test('is whole in a file, without secrets, and its last lines are in the error', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const failure = await failureAfter('token=0123456789abcdef', ...lines);

    const file = join(directory, 'nodes', 'server.log');
    expect(readFileSync(file, 'utf8')).toBe(`token=(redacted)\n${lines.join('\n')}\n`);
    expect(failure).toBeInstanceOf(InfrastructureError);
    expect(failure.message).toBe(
      `The node k3s did not start: timed out. Its last lines, of ${file}:\n${lines.slice(-15).join('\n')}`,
    );
  });

  test('explains a kernel without the legacy iptables tables, also when other lines follow', async () => {
    const words =
      "failed to run iptables: exit status 3: iptables v1.8.8 (legacy): can't initialize iptables table `filter': Table does not exist (do you need to insmod?)";
    const { message } = await failureAfter(words, ...Array.from({ length: 30 }, () => 'another line'));

    expect(message).toContain('lacks the legacy iptables tables');
    expect(message).toContain(`--k3s-image ${currentK3s}`);
  });

  test('has no explanation for other failures, and may be empty', async () => {
    expect((await failureAfter()).message).toBe('The node k3s did not start: timed out. It printed nothing.');
    expect((await failureAfter('level=fatal')).message).not.toContain('iptables');
  });
});
