import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError, UsageError } from '../errors.ts';
import { seconds, waitFor } from '../wait.ts';
import { credentialPlugin } from './credential-plugin.ts';

const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A plugin with this shell script. */
function plugin(script: string, exec: object = {}, within = 10_000) {
  writeFileSync(join(directory, 'plugin.sh'), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
  const user = { exec: { command: './plugin.sh', ...exec } };
  const cluster = { server: 'https://api:6443' };
  return credentialPlugin({ file: join(directory, 'kubeconfig'), context: 'c', cluster, user }, within);
}

const credential = (status: object) => `echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`;

test('the plugin runs with its arguments, its variables and the cluster', async () => {
  const outputFile = join(directory, 'actual');
  const script = `echo "$PLANTED $1 $KUBERNETES_EXEC_INFO" > ${outputFile}; ${credential({ token: 'given' })}`;
  const run = plugin(script, { args: ['first'], env: [{ name: 'PLANTED', value: 'here' }], provideClusterInfo: true });
  expect(await run()).toEqual({ token: 'given' });
  const [variable, argument, info = ''] = readFileSync(outputFile, 'utf8').split(' ');
  expect([variable, argument]).toEqual(['here', 'first']);
  expect(JSON.parse(info)).toMatchObject({ spec: { interactive: false, cluster: { server: 'https://api:6443' } } });
});

test('the plugin runs again when its credential has expired', async () => {
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

test('a plugin that hangs is killed with its child processes, and the error has a remedy', async () => {
  const pid = join(directory, 'pid');
  const failed = plugin(`sleep 600 & echo $! > ${pid}; wait`, {}, 500)();
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(/returned no credential within 0\.5 s\. Run it by hand/);
  await waitFor({
    what: 'the end of the plugin’s child process',
    within: seconds(5),
    every: 20,
    observe: async () => stateOf(readFileSync(pid, 'utf8').trim()),
    until: (state) => ['Z', 'X', 'gone'].includes(state),
    describe: (state) => `its state is ${state}`,
  });
});

test('the signal kills the plugin', async () => {
  const ended = new AbortController();
  const failed = plugin('sleep 600')(ended.signal);
  ended.abort(new Error('The run was ended by SIGINT.'));
  await expect(failed).rejects.toThrow('The run was ended by SIGINT.');
});

test.each([
  ['fails', 'echo "the session has expired" >&2; exit 4', /exited with code 4: the session has expired/],
  ['prints no JSON', 'echo secret', /printed no ExecCredential/],
  ['prints no credential', credential({}), /printed no ExecCredential/],
])('a plugin that %s is an InfrastructureError that does not show its output', async (_, script, words) => {
  const failed = plugin(script)();
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(words);
  await expect(failed).rejects.not.toThrow(/secret/);
});

test('a plugin that is not installed or needs a terminal is bad usage', async () => {
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
