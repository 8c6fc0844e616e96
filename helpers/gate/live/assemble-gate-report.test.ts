import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import { conformantReport, sampleReport } from '../../report/testing/sample-report.ts';
import type { Ending } from '../../run/ending.ts';
import { Phases } from '../../run/run-context.ts';
import type { GateDifference } from '../difference.ts';
import { parseGateOptions } from '../options.ts';
import { renderGateHtml } from '../report/html.ts';
import { renderGateMarkdown } from '../report/markdown.ts';
import { renderGateTerminal } from '../report/terminal.ts';
import type { ScrapedSide } from '../surface/expected.ts';
import { gateExitCode } from '../verdict.ts';
import { assembleGateReport, type GateOutcome } from './assemble-gate-report.ts';
import { extentOf, notCompared } from './compare-sides.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../../docs/gate.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

const complete: Ending = { state: 'complete' };
const compared = notCompared([]);
const gone: GateDifference = {
  id: 'surface/family-gone/kube_x',
  part: 'surface',
  sentence: 'kube_x is gone.',
  severity: 'reject',
  old: [],
  new: [],
};

/** The answer and the exit code of a comparison, whose report is as its schema says. */
function answerOf(known: Partial<GateOutcome>, ending: Ending) {
  const report = assembleGateReport(
    {
      options: parseGateOptions(['--from', 'v2.5.0', '--to', 'v2.20.0']),
      waivers: [],
      startedAt: new Date('2025-01-01T00:00:00Z'),
      phases: new Phases(() => undefined),
      cluster: { kind: 'k3s', image: '', kubernetes: '', nodes: 0 },
      leftovers: [],
      ...known,
    },
    ending,
  );
  expect(validate(report) ? [] : validate.errors).toEqual([]);
  const rendered = [
    renderGateHtml(report),
    renderGateMarkdown(report),
    renderGateTerminal(report, { width: 120, colour: false }),
  ];
  return { report, verdict: report.verdict, exitCode: gateExitCode(report), rendered };
}

test('a candidate whose requirements all hold is accepted', () => {
  const conformance = { report: conformantReport(), written: [] };

  expect(answerOf({ compared, conformance }, complete)).toMatchObject({ verdict: 'accept', exitCode: 0 });
});

test('requirements without a result are no accept', () => {
  const reason = 'Not everything was verified that was to be: dns/headless and 105 more.';
  const report = conformantReport({ verdict: 'partial', partial: 'unverified', reason });
  const { rendered, ...answer } = answerOf({ compared, conformance: { report, written: [] } }, complete);

  expect(answer).toMatchObject({ verdict: 'no answer', exitCode: 3 });
  expect(answer.report.reason).toContain(reason);
  for (const text of rendered) expect(text).toContain('may replace');
  expect(
    answerOf({ compared: { ...compared, differences: [gone] }, conformance: { report, written: [] } }, complete),
  ).toMatchObject({ verdict: 'reject', exitCode: 1 });
});

test('a cluster that failed under the requirements is no accept', () => {
  const report = sampleReport({
    verdict: 'infrastructure',
    partial: 'unverified',
    reason: 'The API server is gone.',
    requirements: [],
  });

  expect(answerOf({ compared, conformance: { report, written: [] } }, complete)).toMatchObject({
    verdict: 'no answer',
    exitCode: 3,
  });
});

test('what the user omits is named, and is no reason not to answer', () => {
  const { verdict, report } = answerOf({ compared, unverified: '--no-conformance.' }, complete);

  expect(verdict).toBe('accept');
  expect(report.notVerified).toEqual(['No requirement was verified with the candidate: --no-conformance.']);
});

describe('how much there was to compare', () => {
  const options = parseExporterArguments(['--resources=pods,nodes,mutatingadmissionpolicies']);
  const scraped = async (text: string, exporter: string): Promise<ScrapedSide> => {
    const source = Buffer.from(text);
    return { surface: await surfaceOfScrape(source, 'text'), scraped: { source, format: 'text' }, exporter, options };
  };
  const mapper = { serves: (apiVersion: string) => !apiVersion.startsWith('admissionregistration') };
  const extentFor = async (old: string, now: string) =>
    extentOf({ old: await scraped(old, 'v2.19.1'), new: await scraped(now, 'v2.20.0') }, mapper);

  test('a resource counts as compared where either side has a series, and not at all where no API serves it', async () => {
    const pods = 'kube_pod_info{namespace="a",pod="b"} 1\n';

    expect(await extentFor('', pods)).toEqual({ old: 0, new: 1, resources: 2, silent: ['nodes'] });
    expect(await extentFor(pods, 'kube_node_info{node="a"} 1\n')).toEqual({ old: 1, new: 1, resources: 2, silent: [] });
  });

  test('the answer states what it says nothing about, and the report names it', async () => {
    const extent = { old: 6, new: 6, resources: 32, silent: ['nodes', 'pods'] };
    const { verdict, report, rendered } = answerOf(
      { compared: { ...compared, extent }, unverified: '--no-conformance.' },
      complete,
    );

    expect(verdict).toBe('accept');
    expect(report.notVerified[0]).toContain('Neither exporter had a series of nodes, pods, so that nothing of them was compared');
    for (const text of rendered.map((part) => part.replaceAll(/\s+/g, ' '))) {
      expect(text).toContain('6 series were compared; of 2 of 32 resources neither exporter had any');
    }
  });

  test('without a series on either side there is no answer, unless something else rejects', async () => {
    const nothing = { ...compared, extent: await extentFor('', '') };

    expect(answerOf({ compared: nothing }, complete)).toMatchObject({ verdict: 'no answer', exitCode: 3 });
    expect(answerOf({ compared: { ...nothing, differences: [gone] } }, complete)).toMatchObject({
      verdict: 'reject',
      exitCode: 1,
    });
  });
});

test('a comparison that has only begun, or crashed, gives no answer', () => {
  const started = answerOf({}, { state: 'started', reason: 'The run did not complete.' });
  expect(started).toMatchObject({ verdict: 'no answer', exitCode: 3 });
  for (const text of started.rendered) expect(text).toContain('The run did not complete.');

  const crashed = answerOf(
    { compared: { ...compared, differences: [gone] } },
    { state: 'crashed', reason: 'The suite itself failed: x' },
  );
  expect(crashed).toMatchObject({ verdict: 'no answer', exitCode: 4 });
});

/** What the terminal shows of a comparison with these differences. */
const terminalOf = (...differences: readonly GateDifference[]) =>
  answerOf({ compared: { ...compared, differences }, unverified: '--no-conformance.' }, complete).rendered[2] ?? '';

test('the terminal begins with what rejects, before any number of notes', () => {
  const note: GateDifference = { ...gone, id: 'surface/value/kube_y', severity: 'note' };
  const idle: GateDifference = { ...gone, id: 'rules/idle', severity: 'harmless', both: true };

  expect(terminalOf(note, idle, gone)).toMatch(
    /^\s*What rejects\n {2}✗ kube_x is gone\.\n\nNotes\n.*\nRules that match nothing/s,
  );
});

test('the answer about a candidate that ends on objects names the first of them', () => {
  const end: GateDifference = { ...gone, id: 'start/ends-on/cronjob-step', part: 'start', new: ['CronJob a/b', 'CronJob a/c'] };

  expect(terminalOf(end)).toContain(': it ends on CronJob a/b and others.\n');
  expect(terminalOf({ ...end, new: ['CronJob a/b'] })).toContain(': it ends on CronJob a/b.\n');
  expect(terminalOf({ ...end, id: 'start/ready' })).toContain(': it does not run.\n');
  expect(terminalOf({ ...end, id: 'start/ready', brief: 'It does not run, and x.' })).toContain('. It does not run, and x.\n');
});
