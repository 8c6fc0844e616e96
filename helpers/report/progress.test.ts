import { Progress } from './progress.ts';

function watch(evidence: 'live' | 'simulated', isTTY: boolean) {
  const time = { now: 0 };
  let text = '';
  const output = { isTTY, columns: 60, write: (more: string) => (text += more) };
  const progress = new Progress(output, { evidence, total: 12, now: () => time.now });
  return { progress, time, written: () => text };
}

test('each phase and each finished requirement is a line, with its number, and a failure with its observation', () => {
  const { progress, written } = watch('live', false);
  progress.phase('verify in parallel');
  progress.started('access/lists');
  progress.finished({ id: 'access/lists', status: 'passed', durationMs: 1_930 });
  progress.finished({ id: 'dns/records', status: 'failed', durationMs: 840, actual: 'NXDOMAIN\nand more' });
  expect(written()).toBe('› verify in parallel\n✓  1/12  access/lists  1.9 s\n✗  2/12  dns/records  840 ms: NXDOMAIN\n');
});

test('a known issue is shown as ≈ while the run goes on', () => {
  const { progress, written } = watch('live', false);
  progress.finished({ id: 'dns/records', status: 'known-issue', durationMs: 840, actual: 'NXDOMAIN' });
  expect(written()).toBe('≈  1/12  dns/records  840 ms: NXDOMAIN\n');
});

test('a log has a line with the running requirement only after 15 s without any other line', () => {
  const { progress, time, written } = watch('live', false);
  progress.phase('boot the cluster');
  time.now = 14_000;
  progress.tick();
  expect(written()).toBe('› boot the cluster\n');
  time.now = 15_000;
  progress.tick();
  progress.tick();
  expect(written()).toBe('› boot the cluster\n… boot the cluster, for 15.0 s\n');
});

test('at a terminal the line with the running requirement is overwritten, and gone at the end', () => {
  const { progress, time, written } = watch('live', true);
  progress.started('freshness/deleted-object-vanishes');
  progress.started('dns/records');
  time.now = 3_000;
  progress.tick();
  expect(written().split('\r').at(-1)).toContain('0/12  freshness/deleted-object-vanishes, for 3.0 s');
  expect(written().split('\x1b[2K').at(-1)?.length).toBeLessThan(60);
  progress.finished({ id: 'dns/records', status: 'passed', durationMs: 10 });
  progress.end();
  expect(written()).not.toContain('more\n');
  expect(written().endsWith('✓  1/12  dns/records  10 ms\n')).toBe(true);
});

test('on the simulated cluster every line is marked', () => {
  const { progress, time, written } = watch('simulated', false);
  progress.phase('verify');
  progress.note('one thing');
  progress.finished({ id: 'a/b', status: 'passed', durationMs: 1 });
  time.now = 60_000;
  progress.tick();
  const lines = written().trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines.filter((line) => !line.startsWith('[simulated] '))).toEqual([]);
});
