import { spawnSync } from 'node:child_process';

test('a cluster that exists is not filled', () => {
  const where = ['--cluster', 'kubeconfig', '--kubeconfig', 'nowhere', '--context', 'none'];
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'commands/scale.ts', ...where], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('which no run does to a cluster that exists');
  expect(status).toBe(2);
}, 60_000);
