import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_DIRECTORY } from '../run-directory.ts';
import { nodeArguments } from '../source.ts';
import { seconds, waitFor } from '../wait.ts';
import { startOf } from './process-identity.ts';

const directory = mkdtempSync(join(tmpdir(), 'reaper-'));
const patience = seconds(60);
const started: ChildProcess[] = [];

afterEach(() => {
  for (const { pid = 0 } of started.splice(0)) spawnSync('kill', ['-KILL', '--', `-${pid}`]);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A process group of two: a shell that leads, and a process that it has started. Returns the ids of both when both exist. */
async function group(environment: Readonly<Record<string, string>> = {}) {
  const leader = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(leader);
  const [printed] = (await once(leader.stdout, 'data')) as [Buffer];
  return { process: leader, leader: leader.pid ?? 0, member: Number(printed.toString()) };
}

/** Runs a reaper on these messages, up to the end of its standard input. */
function reap(...messages: readonly unknown[]): { status: number | null; log: string } {
  const input = messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message))).join('\n');
  const args = [...nodeArguments('helpers/cluster/reaper'), directory];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
  return { status, log: stdout + stderr };
}

async function gone(pid: number): Promise<boolean> {
  await waitFor({
    what: `the end of process ${pid}`,
    within: seconds(20),
    observe: async () => startOf(pid),
    until: (start) => start === undefined,
    describe: (start) => `there since ${start}`,
  });
  return true;
}

const isThere = (pid: number) => startOf(pid) !== undefined;

test(
  'a group whose leader is the process that was started is killed',
  async () => {
    const { process: child, leader, member } = await group();
    const ended = once(child, 'exit');

    expect(reap({ group: leader, start: startOf(leader) })).toEqual({ status: 0, log: `group ${leader}: ended\n` });

    expect((await ended)[1]).toBe('SIGKILL');
    expect(await gone(member)).toBe(true);
  },
  patience,
);

test(
  'a group that reuses the id of a group of the run is not killed',
  async () => {
    const { leader, member } = await group({ [RUN_DIRECTORY]: '/another/run' });

    const { status, log } = reap({ group: leader, start: `${startOf(leader)}0` });

    expect({ status, log }).toEqual({ status: 0, log: `group ${leader}: its leader is gone; ended 0 of its processes\n` });
    expect([leader, member].filter(isThere)).toEqual([leader, member]);
  },
  patience,
);

test(
  'a group that has ended is not killed, whoever has its id',
  async () => {
    const { leader, member } = await group();

    const { status, log } = reap({ group: leader, start: startOf(leader) }, { groupEnded: leader });

    expect({ status, log }).toEqual({ status: 0, log: '' });
    expect([leader, member].filter(isThere)).toEqual([leader, member]);
  },
  patience,
);

test(
  'of a group whose leader is gone, the processes with the mark of the run are killed',
  async () => {
    const { process: child, leader, member } = await group({ [RUN_DIRECTORY]: directory });
    const start = startOf(leader);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(isThere(member)).toBe(true);

    expect(reap({ group: leader, start }).log).toBe(`group ${leader}: its leader is gone; ended 1 of its processes\n`);

    expect(await gone(member)).toBe(true);
  },
  patience,
);

test(
  'a truncated message is in the log, and the groups of the other messages are still killed',
  async () => {
    const { leader, member } = await group();

    const { status, log } = reap({ group: leader, start: startOf(leader) }, '{"gro');

    expect(status).toBe(1);
    expect(log).toContain('what {"gro names could not be removed: SyntaxError');
    expect(await gone(member)).toBe(true);
  },
  patience,
);

/** A command that starts a reaper and a process group, prints the leader's id, and is killed. */
const program = `
  import { spawn } from 'node:child_process';
  import { startReaper } from './.compiled/helpers/cluster/start-reaper.js';
  const reaper = startReaper(process.env.DIRECTORY);
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  reaper.ownsGroup(child.pid);
  console.log(child.pid);`;

test(
  'a command that is killed leaves no group behind, and a log of what was done',
  async () => {
    const args = ['--input-type=module', '--eval', program];
    const env = { ...process.env, DIRECTORY: join(directory, 'killed') };
    const command = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [printed] = (await once(command.stdout, 'data')) as [Buffer];
    const leader = Number(printed.toString());
    expect(isThere(leader)).toBe(true);
    command.kill('SIGKILL');

    expect(await gone(leader)).toBe(true);
    await waitFor({
      what: `the end of group ${leader} in the log`,
      within: seconds(20),
      observe: async () => readFileSync(join(directory, 'killed', 'reaper.log'), 'utf8'),
      until: (log) => log === `group ${leader}: ended\n`,
      describe: (log) => log,
    });
  },
  patience,
);
