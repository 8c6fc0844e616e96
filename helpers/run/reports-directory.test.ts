import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { keepUnremovedRecord, makeDirectory, openReports, unremovedRecords } from './reports-directory.ts';

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

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' };

let reports: string;

beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'records-'));
  mkdirSync(join(reports, 'run'));
});

afterEach(() => rmSync(reports, { recursive: true }));

function recorded(run: string, outlivesRun = true): CreationRecord {
  const record = CreationRecord.in(join(reports, 'run'));
  record.begin({ run, server: 'https://127.0.0.1:6443', outlivesRun });
  record.created(record.intend(configMap), `uid-of-${run}`);
  return record;
}

test('the record of a run that left objects is kept when the next run starts, and is still found', () => {
  recorded('first');
  expect(keepUnremovedRecord(join(reports, 'run'), reports)).toMatch(/^Run first may have left objects on https:.*npm run clean/);
  expect(existsSync(join(reports, 'run', 'created.jsonl'))).toBe(false);
  recorded('second');

  expect(unremovedRecords(reports).map(({ run }) => run?.run)).toEqual(['second', 'first']);
  expect(unremovedRecords(reports).flatMap((record) => record.entries())).toMatchObject([
    { reference: configMap, uid: 'uid-of-second' },
    { reference: configMap, uid: 'uid-of-first' },
  ]);
});

test('there is nothing to keep of a run that removed all, whose cluster went with it, or that created nothing', () => {
  const directory = join(reports, 'run');
  expect(keepUnremovedRecord(directory, reports)).toBeUndefined();
  recorded('removed').removed();
  expect(keepUnremovedRecord(directory, reports)).toBeUndefined();
  rmSync(join(directory, 'created.jsonl'));
  recorded('booted', false);
  expect(keepUnremovedRecord(directory, reports)).toBeUndefined();
  expect(unremovedRecords(reports)).toEqual([]);
  expect(unremovedRecords(join(reports, 'none'))).toEqual([]);
});

test('a line that a full disk cut short hides no other line, and its intent is still there', () => {
  const record = recorded('cut');
  const nonce = record.intend({ ...configMap, name: 'b' });
  const again = new CreationRecord(record.file);
  expect(again.entries().at(-1)).toEqual({ reference: { ...configMap, name: 'b' }, nonce });
  record.created(nonce, 'late');
  expect(again.entries().at(-1)).toMatchObject({ uid: 'late' });
  record.refused(nonce);
  expect(again.entries()).toHaveLength(1);
});
