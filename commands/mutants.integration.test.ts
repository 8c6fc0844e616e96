import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs the command as a user would, with a Docker that does not answer. */
function mutants(...options: string[]): { code: number | null; said: string; printed: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'commands/mutants.ts', ...options], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  return { code: status, said: stderr.trim(), printed: stdout };
}

test('--list shows at least 60 mutants, each with what must fail; no requirement is without one unless it says why', () => {
  const { code, printed } = mutants('--list');

  expect(code).toBe(0);
  expect(printed.split('\n').filter((line) => /^\w/.test(line)).length).toBeGreaterThanOrEqual(60);
  expect(printed).toContain('role-may-delete-pods\n    The role may also delete pods.\n    access/denies-writes\n');
}, 60_000);

test('a mutant that does not exist is answered with the nearest that does', () => {
  expect(mutants('--only', 'role-may-delete-pod')).toMatchObject({
    code: 2,
    said: expect.stringContaining('did you mean role-may-delete-pods?'),
  });
}, 60_000);

test('mutants are never let loose on a cluster that exists, nor without Docker', () => {
  expect(mutants('--cluster', 'kubeconfig')).toMatchObject({ code: 2, said: expect.stringContaining('never let loose') });
  const withoutDocker = mutants('--only', 'two-replicas', '--reports', mkdtempSync(join(tmpdir(), 'mutants-')));
  expect(withoutDocker).toMatchObject({ code: 2, said: expect.stringMatching(/^No Docker/) });
}, 60_000);

test('--compare needs the records of both kinds of clusters', () => {
  expect(mutants('--compare')).toMatchObject({ code: 2, said: expect.stringContaining('none of these is live') });
  expect(mutants('--compare', 'none.json')).toMatchObject({
    code: 2,
    said: expect.stringContaining('none.json is no mutants.json that npm run mutants has written'),
  });
}, 60_000);
