import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError, UsageError } from '../errors.ts';
import { seconds, waitFor } from '../wait.ts';
import { credentialPlugin } from './credential-plugin.ts';

const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A plugin that is this script. */
function plugin(script: string, exec: object = {}, within = 10_000) {
  writeFileSync(join(directory, 'plugin.sh'), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const user = { exec: { command: './plugin.sh', ...exec } };
  const cluster = { server: 'https://api:6443' };
  return credentialPlugin({ file: join(directory, 'kubeconfig'), context: 'c', cluster, user }, within);
}

const credential = (status: object) => `echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`;

test('it runs beside the kubeconfig, with its variables and with what it needs to know of the cluster', async () => {
  const seen = join(directory, 'actual');
  const script = `echo "$PLANTED $1 $KUBERNETES_EXEC_INFO" > ${seen}; ${credential({ token: 'given' })}`;
  const run = plugin(script, { args: ['first'], env: [{ name: 'PLANTED', value: 'here' }], provideClusterInfo: true });
  expect(await run()).toEqual({ token: 'given' });
  const [variable, argument, info = ''] = readFileSync(seen, 'utf8').split(' ');
  expect([variable, argument]).toEqual(['here', 'first']);
  expect(JSON.parse(info)).toMatchObject({ spec: { interactive: false, cluster: { server: 'https://api:6443' } } });
});

test('it runs once while its credential is valid, and again at its end', async () => {
  const count = join(directory, 'count');
  const script = (expirationTimestamp: string) => `echo . >> ${count}; ${credential({ token: 't', expirationTimestamp })}`;
  const lasting = plugin(script('2999-01-01T00:00:00Z'));
  await Promise.all([lasting(), lasting()]);
  await lasting();
  expect(readFileSync(count, 'utf8')).toBe('.\n');
  const over = plugin(script('2000-01-01T00:00:00Z'));
  await over();
  await over();
  expect(readFileSync(count, 'utf8')).toBe('.\n.\n.\n');
});

test('one that hangs is ended, with all that it has started, and the error names what to do', async () => {
  const pid = join(directory, 'pid');
  const failed = plugin(`sleep 600 & echo $! > ${pid}; wait`, {}, 500)();
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(/gave no credential within 0\.5 s\. Run it by hand/);
  await waitFor({
    what: 'the end of what the plugin has started',
    within: seconds(5),
    every: 20,
    observe: async () => stateOf(readFileSync(pid, 'utf8').trim()),
    until: (state) => ['Z', 'X', 'gone'].includes(state),
    describe: (state) => `its state is ${state}`,
  });
});

test('the run’s signal ends it', async () => {
  const ended = new AbortController();
  const failed = plugin('sleep 600')(ended.signal);
  ended.abort(new Error('The run was ended by SIGINT.'));
  await expect(failed).rejects.toThrow('The run was ended by SIGINT.');
});

test.each([
  ['fails', 'echo "the session has expired" >&2; exit 4', /ended with exit code 4: the session has expired/],
  ['prints something else', 'echo secret', /printed no ExecCredential/],
  ['gives nothing', credential({}), /printed no ExecCredential/],
])('one that %s is of the infrastructure, and what it printed is not shown', async (_, script, words) => {
  const failed = plugin(script)();
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(words);
  await expect(failed).rejects.not.toThrow(/secret/);
});

test('one that is not installed, and one that needs a terminal, are bad usage', async () => {
  const absent = plugin('', { command: 'no-such-plugin', installHint: 'Install it.' })();
  await expect(absent).rejects.toThrow(UsageError);
  await expect(absent).rejects.toThrow(/no-such-plugin .* cannot be started: .*ENOENT.* Install it\./);
  expect(() => plugin('', { interactiveMode: 'Always' })).toThrow(UsageError);
});

/** The state of a process, as the kernel shows it; a zombie has ended. Source: proc_pid_stat(5). */
function stateOf(pid: string): string {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) ? (/\) (.) /.exec(readFileSync(stat, 'utf8'))?.[1] ?? 'unknown') : 'gone';
}
