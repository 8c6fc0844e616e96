import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { keepUnremovedRecord, unremovedRecords } from './kept-records.ts';

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
