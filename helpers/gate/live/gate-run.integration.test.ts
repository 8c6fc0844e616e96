import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { listLabelled } from '../../kube/owned/remove-objects.ts';
import { runLabel } from '../../kube/run-label.ts';
import { Interruption } from '../../run/interruption.ts';
import { parseGateOptions } from '../options.ts';
import type { GateReport } from '../report/model.ts';
import { gateExitCode } from '../verdict.ts';
import { gateRun } from './gate-run.ts';

const cluster = simulatedCluster('test');

/** The gate on the test's cluster as one that exists. */
function gate(args: readonly string[], write: (text: string) => void = () => undefined) {
  const kubeconfig = join(cluster.directory, 'kubeconfig');
  const { 'current-context': context } = parse(readFileSync(kubeconfig, 'utf8')) as { 'current-context': string };
  const existing = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', context];
  const options = parseGateOptions([...existing, '--reports', reports(), ...args]);
  return gateRun({ id: 'abc123', options, interruption: new Interruption(), output: { write } });
}

function reports(): string {
  return join(cluster.directory, 'reports');
}

function reportNow(): GateReport {
  return JSON.parse(readFileSync(join(reports(), 'gate.json'), 'utf8')) as GateReport;
}

test('a crash after the installation removes what the run created, and reports', async () => {
  const { report, failure } = await gate(['--from', 'v2.5.0', '--to', 'v2.6.0'], (text) => {
    if (text.includes('comparing')) throw new Error('nobody reads this');
  });

  expect(failure?.message).toBe('nobody reads this');
  expect(gateExitCode(report)).toBe(4);
  expect(reportNow()).toMatchObject({ state: 'crashed', verdict: 'no answer', leftovers: [] });
  expect(reportNow().reason).toBe('The suite itself failed: nobody reads this');
  expect(await listLabelled(cluster.client, runLabel)).toEqual([]);
}, 60_000);

test('an old release that does not start is no answer, with its own words', async () => {
  const during: string[] = [];
  const { report, failure } = await gate(['--from', 'registry.example/nothing:v2.5.0', '--to', 'v2.6.0'], (text) => {
    if (text.includes('booting')) during.push(reportNow().state, reportNow().verdict);
  });

  expect(during).toEqual(['started', 'no answer']);
  expect(failure).toBeUndefined();
  expect(gateExitCode(report)).toBe(3);
  expect(reportNow()).toMatchObject({ state: 'complete', verdict: 'no answer', leftovers: [] });
  expect(reportNow().reason).toContain('The old release registry.example/nothing:v2.5.0 does not start');
}, 60_000);

test('a release whose manifests cannot be found is refused, and leaves no answer of a run before it', async () => {
  await expect(gate(['--from', 'nameless', '--to', 'v2.6.0'])).rejects.toThrow('does not say which release it is');

  expect(reportNow()).toMatchObject({ state: 'started', verdict: 'no answer' });
  expect(reportNow().reason).toContain('does not say which release it is');
}, 60_000);
