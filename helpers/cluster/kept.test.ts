import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profiles } from '../exporter/profile.ts';
import type { Docker } from './docker.ts';
import { findKeptCluster, forgetCluster, keepCluster, keptKubeconfig } from './kept.ts';
import { formatTaint } from './ready.ts';

let reports: string;

beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'kept-'));
});

afterEach(() => rmSync(reports, { recursive: true }));

/** A Docker in which the run's containers are in these states. */
const dockerWith = (...states: readonly string[]) =>
  ({ container: { dockerode: { listContainers: async () => states.map((State) => ({ State })) } } }) as unknown as Docker;

const { agent, standard } = profiles;
const { domain, taint } = agent.cluster;
const kept = {
  run: 'abc',
  image: 'k3s',
  agents: 1,
  domain,
  images: { busybox: 'sha256:1' },
  ...(taint && { taint: formatTaint(taint) }),
};

function keep(): void {
  const kubeconfig = join(reports, 'of-the-run');
  writeFileSync(kubeconfig, 'a kubeconfig');
  keepCluster(reports, kubeconfig, kept);
}

test('a kept cluster is found as it was kept, with its kubeconfig, until its files are deleted', async () => {
  keep();
  expect(await findKeptCluster(dockerWith('running', 'running'), reports, agent)).toEqual(kept);
  expect(readFileSync(keptKubeconfig(reports), 'utf8')).toBe('a kubeconfig');
  forgetCluster(reports);
  expect(existsSync(keptKubeconfig(reports))).toBe(false);
  await expect(findKeptCluster(dockerWith('running'), reports, agent)).rejects.toThrow('run with --keep');
});

test.each([
  ['is gone', []],
  ['has lost a node', ['running', 'exited']],
])('a kept cluster that %s is reported as not running', async (_, states) => {
  keep();
  await expect(findKeptCluster(dockerWith(...states), reports, agent)).rejects.toThrow(
    'The cluster that run abc kept is not running any more; run with --keep instead of --reuse.',
  );
});

test('a kept cluster that differs from what the profile expects is refused', async () => {
  keep();
  await expect(findKeptCluster(dockerWith('running'), reports, standard)).rejects.toThrow(
    /The kept cluster has the domain .*; the profile standard expects .* and no taint\. Run without --reuse\./,
  );
});
