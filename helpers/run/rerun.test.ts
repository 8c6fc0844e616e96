import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleReport } from '../report/testing/sample-report.ts';
import { parseOptions } from './options.ts';
import { withFailedOnly } from './rerun.ts';

const optionsFor = (reports: string) => parseOptions(['--rerun-failed', '--reports', reports]);
const emptyDirectory = () => mkdtempSync(join(tmpdir(), 'conformance-'));

test('what failed in the last report is what runs again, and nothing else', () => {
  const reports = emptyDirectory();
  const report = sampleReport();
  writeFileSync(join(reports, 'report.json'), JSON.stringify(report));
  const failed = report.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
  expect(failed.length).toBeGreaterThan(0);
  expect(withFailedOnly(optionsFor(reports)).only).toEqual(failed);
});

test('without a report there is nothing to run again', () => {
  expect(() => withFailedOnly(optionsFor(emptyDirectory()))).toThrow('needs the report of an earlier run');
});

test('a report without a failure has nothing to run again either', () => {
  const reports = emptyDirectory();
  writeFileSync(join(reports, 'report.json'), JSON.stringify({ ...sampleReport(), requirements: [] }));
  expect(() => withFailedOnly(optionsFor(reports))).toThrow('Nothing failed');
});
