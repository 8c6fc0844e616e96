import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { makeDirectory, openReports } from './reports-directory.ts';

let parent: string;
let directory: string;
let lock: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'reports-'));
  directory = join(parent, 'some', 'reports');
  lock = join(directory, 'run.lock');
});

afterEach(() => rmSync(parent, { recursive: true }));

function leaveLock(owner: object): void {
  makeDirectory(directory);
  writeFileSync(lock, JSON.stringify({ run: 'abc123', since: '2030-01-01T00:00:00.000Z', ...owner }));
}

/** No process has this id. */
const gone = 2 ** 22 + 1;

test('the directory is created with its parents, and is free again after the run', () => {
  const reports = openReports(directory, 'abc123');
  expect(existsSync(lock)).toBe(true);

  reports.release();

  expect(readdirSync(directory)).toEqual([]);
  openReports(directory, 'def456').release();
});

test('another run is refused with the id of the run in progress', () => {
  const reports = openReports(directory, 'abc123');

  expect(() => openReports(directory, 'def456')).toThrow(`Run abc123 (process ${process.pid} on ${hostname()}, since `);
  expect(() => openReports(directory, 'def456')).toThrow(UsageError);

  reports.release();
});

test('the lock of a process that has ended is taken over', () => {
  leaveLock({ pid: gone, host: hostname() });

  const reports = openReports(directory, 'def456');

  expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ run: 'def456', pid: process.pid });
  reports.release();
  expect(readdirSync(directory)).toEqual([]);
});

test('the lock of another machine is stale when it was not touched for long', () => {
  leaveLock({ pid: gone, host: 'elsewhere' });
  expect(() => openReports(directory, 'def456')).toThrow(`process ${gone} on elsewhere`);

  const long = new Date(Date.now() - 600_000);
  utimesSync(lock, long, long);

  openReports(directory, 'def456').release();
});

test('a lock that is still empty is a lock', () => {
  makeDirectory(directory);
  writeFileSync(lock, '');

  expect(() => openReports(directory, 'def456')).toThrow(/^Another run writes its reports into .*remove .*run\.lock\.$/);
});

test('a run that has lost its lock leaves the lock of the next run', () => {
  const lost = openReports(directory, 'abc123');
  leaveLock({ pid: process.pid, host: hostname() });

  lost.release();

  expect(existsSync(lock)).toBe(true);
});

test.each([
  ['where none can be created', '/proc/x/reports'],
  ['below a file', '/dev/null/reports'],
  ['where a file is', '/dev/null'],
])('a directory %s is refused in one sentence', (_, path) => {
  expect(() => openReports(path, 'abc123')).toThrow(UsageError);
  expect(() => openReports(path, 'abc123')).toThrow(/^The directory .* cannot be created: .*\. Name another one\.$/);
});
