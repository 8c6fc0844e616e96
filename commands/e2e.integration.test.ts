import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the command as a user would, with a Docker that does not answer. */
function e2e(...options: string[]): { code: number | null; said: string; printed: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'commands/e2e.ts', ...options], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  return { code: status, said: stderr.trim(), printed: stdout };
}

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
const reports = ['--reports', join(directory, 'reports')];

test('--list shows every requirement without a cluster', () => {
  const { code, printed } = e2e('--list');
  expect(code).toBe(0);
  const ids = printed.split('\n').filter((line) => /^\w+\/[\w-]+$/.test(line));
  expect(ids.length).toBeGreaterThanOrEqual(60);
}, 60_000);

test('without Docker, the sentence says what to start or to name', () => {
  const { code, said } = e2e('--cluster', 'k3s', ...reports);
  expect(code).toBe(2);
  expect(said).toMatch(/^No Docker answers .*--cluster kubeconfig/);
}, 60_000);

test('an option or requirement that does not exist is answered with the nearest that does', () => {
  expect(e2e('--imgae', 'v2.6.0')).toMatchObject({ code: 2, said: expect.stringContaining('did you mean --image?') });
  expect(e2e('--only', 'schedulin')).toMatchObject({ code: 2, said: expect.stringContaining('did you mean scheduling?') });
}, 60_000);

test('manifests without a Deployment are refused by what they hold', () => {
  const file = join(directory, 'map.yaml');
  writeFileSync(file, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alone}\n');
  expect(e2e('--manifests', file, ...reports)).toMatchObject({
    code: 2,
    said: expect.stringContaining('The manifests hold no Deployment; they hold ConfigMap.'),
  });
}, 60_000);

test('a kubeconfig without the context is told from one that is not there', () => {
  const file = join(directory, 'kubeconfig');
  writeFileSync(file, 'apiVersion: v1\nkind: Config\ncontexts: []\n');
  const cluster = ['--cluster', 'kubeconfig', '--context', 'missing', ...reports];
  expect(e2e(...cluster, '--kubeconfig', file)).toMatchObject({ code: 2, said: expect.stringContaining('no context "missing"') });
  expect(e2e(...cluster, '--kubeconfig', join(directory, 'none'))).toMatchObject({
    code: 2,
    said: expect.stringContaining('cannot be read'),
  });
}, 60_000);
