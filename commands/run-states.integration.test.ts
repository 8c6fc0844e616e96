import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../helpers/report/model.ts';
import { seconds, waitFor } from '../helpers/wait.ts';
import { executorsOf, type StartedCommand, startCommand } from './testing/command.ts';

const limit = seconds(120);
let reports: string;

beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'states-'));
});

afterEach(() => rmSync(reports, { recursive: true }));

/** Starts a short run on a cluster of its own. */
function startRun(stdout?: number): StartedCommand {
  const args = ['--cluster', 'simulated', '--only', 'endpoints/healthz', '--reports', reports];
  return startCommand('e2e', args, stdout === undefined ? {} : { stdout });
}

function reportNow(): Report {
  return JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
}

/** Whether each file of the report states that the run did not complete. */
function notComplete(): readonly boolean[] {
  return ['report.json', 'junit.xml', 'index.html', 'summary.md'].map((name) =>
    readFileSync(join(reports, name), 'utf8').includes('The run did not complete'),
  );
}

async function untilStarted(): Promise<void> {
  await waitFor({
    what: 'the report of the run that has begun',
    within: seconds(60),
    every: 20,
    observe: async () => (existsSync(join(reports, 'report.json')) ? reportNow().state : 'none'),
    until: (state) => state === 'started',
    describe: (state) => state,
  });
}

/** Kills the process that executes the requirements, as an administrator or the kernel would. */
async function killExecutor(run: StartedCommand): Promise<void> {
  const found = await waitFor({
    what: 'the executor',
    within: seconds(60),
    every: 20,
    observe: async () => executorsOf(run),
    until: (pids) => pids.length > 0,
    describe: () => 'no process of it',
  });
  for (const pid of found) process.kill(-pid, 'SIGKILL');
}

test(
  'a run whose output nobody reads goes on, and its exit code follows the verdict',
  async () => {
    const run = startRun();
    run.child.stdout?.destroy();

    const { code, stderr } = await run.ended;

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(reportNow()).toMatchObject({ state: 'complete', verdict: 'partial', partial: 'selected', leftovers: [] });
    expect(reportNow().counts.passed).toBe(1);
  },
  limit,
);

test(
  'a run whose output goes to a full disk ends like any other',
  async () => {
    const { code } = await startRun(openSync('/dev/full', 'w')).ended;

    expect(code).toBe(0);
    expect(reportNow()).toMatchObject({ state: 'complete', leftovers: [] });
  },
  limit,
);

test(
  'a run that is killed leaves no verdict of the run before it, and lets the next one in',
  async () => {
    expect((await startRun().ended).code).toBe(0);
    expect(notComplete()).toEqual([false, false, false, false]);
    const killed = startRun();
    await untilStarted();

    killed.child.kill('SIGKILL');
    await killed.ended;

    expect(reportNow()).toMatchObject({ state: 'started', verdict: 'partial', reason: 'The run did not complete.' });
    expect(reportNow().requirements.every(({ status, reason }) => status === 'skipped' && reason === 'did not run')).toBe(true);
    expect(notComplete()).toEqual([true, true, true, true]);
    expect((await startRun().ended).code).toBe(0);
    expect(reportNow().state).toBe('complete');
  },
  limit,
);

test(
  'a second run in the same directory is refused with the name of the first, which is not disturbed',
  async () => {
    const first = startRun();
    await untilStarted();

    const second = await startRun().ended;

    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/^Run [0-9a-f]{6} \(process \d+ on .*\) writes its reports into /);
    expect(second.stderr).toContain(`process ${first.child.pid} `);
    expect((await first.ended).code).toBe(0);
    expect(reportNow().state).toBe('complete');
  },
  limit,
);

test(
  'an executor that is killed is a failure of the suite: nothing is left, and what was not verified is named',
  async () => {
    const run = startRun();
    await killExecutor(run);

    const { code, stderr } = await run.ended;

    expect(code).toBe(4);
    expect(stderr).toContain(
      'The executor was killed by SIGKILL without a result of 1 of 1 requirements (endpoints/healthz first)',
    );
    expect(reportNow()).toMatchObject({ state: 'crashed', verdict: 'partial', partial: 'unverified', leftovers: [] });
    const healthz = reportNow().requirements.find(({ id }) => id === 'endpoints/healthz');
    expect(healthz).toMatchObject({ status: 'skipped', reason: 'did not run' });
    expect(reportNow().phases.map(({ name }) => name)).toContain('removing what the run created');
  },
  limit,
);

test(
  'a crash removes what the run created, reports, and has an exit code of its own',
  async () => {
    const run = startRun();
    const directory = join(reports, 'run');
    await waitFor({
      what: "the run's directory",
      within: seconds(60),
      every: 20,
      observe: async () => existsSync(directory),
      until: (there) => there,
      describe: () => 'none',
    });
    // Where the results are to be written.
    writeFileSync(join(directory, 'results'), '');

    const { code, stdout, stderr } = await run.ended;

    expect(code).toBe(4);
    expect(stderr).toContain('ENOTDIR');
    expect(stderr).toContain('The suite itself failed, which is no finding about the exporter.');
    expect(stdout).toContain('removing what the run created');
    expect(reportNow()).toMatchObject({ state: 'crashed', partial: 'unverified', leftovers: [] });
  },
  limit,
);

test(
  'a second signal does not keep a run from removing what it created',
  async () => {
    const run = startRun();
    await untilStarted();
    run.child.kill('SIGTERM');
    run.child.kill('SIGTERM');

    const { code } = await run.ended;

    expect(code).toBe(143);
    expect(reportNow()).toMatchObject({ state: 'interrupted', verdict: 'partial', leftovers: [] });
  },
  limit,
);

test(
  'reports that cannot be written are refused in one sentence before anything starts',
  async () => {
    const file = join(reports, 'file');
    writeFileSync(file, '');
    for (const directory of ['/proc/x', file, join(file, 'x')]) {
      const { code, stdout, stderr } = await startCommand('e2e', ['--cluster', 'simulated', '--reports', directory]).ended;

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^The directory .* cannot be created: .* Name another one\.\n$/);
    }
  },
  limit,
);
