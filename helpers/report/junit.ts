import { create } from 'xmlbuilder2';
import { plain } from '../printable.ts';
import type { Report, RequirementResult } from './model.ts';
import { failureParts, SIMULATED, statusWord, verdictSentence } from './words.ts';

interface TestCase {
  readonly '@': { readonly classname: string; readonly name: string; readonly time: string };
  readonly failure?: Outcome;
  readonly error?: Outcome;
  readonly skipped?: { readonly '@': { readonly message: string } };
  readonly 'system-out'?: string;
}

interface Outcome {
  readonly '@': { readonly message: string; readonly type: string };
  readonly '#': string;
}

/**
 * The report for the test views of CI systems: one suite an area. Only what breaks conformance is a failure there; a
 * recommendation that is not followed and a known issue are shown as skipped, and say which they are.
 */
export function renderJunit(report: Report): string {
  const mark = report.evidence === 'simulated' ? `[${SIMULATED}] ` : '';
  const suites = [...new Set(report.requirements.map(({ area }) => area))].map((area) => {
    const members = report.requirements.filter((requirement) => requirement.area === area);
    return suiteOf(
      mark + area,
      members.map((requirement) => testCaseOf(requirement, report, mark)),
      report.startedAt,
    );
  });
  // A run that broke must not look green to a CI system that reads nothing but failures.
  if (report.verdict === 'infrastructure' || report.partial === 'came-about') {
    const sentence = mark + plain(verdictSentence(report));
    const outcome = { '@': { message: sentence, type: report.verdict }, '#': sentence };
    suites.push(suiteOf(`${mark}run`, [{ ...named('run', `${mark}run/completes`, 0), error: outcome }], report.startedAt));
  }
  const document = {
    testsuites: {
      '@': {
        ...tally(suites.flatMap(({ testcase }) => testcase)),
        name: `${mark}kube-state-metrics conformance`,
        time: seconds(report.durationMs),
      },
      testsuite: suites,
    },
  };
  return `${create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '', convert: { att: '@', text: '#' } }, document).end({ prettyPrint: true })}\n`;
}

function suiteOf(name: string, testcase: readonly TestCase[], startedAt: string) {
  const time = testcase.reduce((sum, each) => sum + Number(each['@'].time), 0);
  return { '@': { name, ...tally(testcase), time: time.toFixed(3), timestamp: startedAt.replace(/(\.\d+)?Z$/, '') }, testcase };
}

function testCaseOf(requirement: RequirementResult, report: Report, mark: string): TestCase {
  const { id, area, sentence, durationMs, status, level } = requirement;
  const base = named(area, plain(`${mark}${id}: ${sentence}`), durationMs);
  const text = [
    ...(requirement.reason ? [requirement.reason] : []),
    ...failureParts(requirement).map((part) => `${part.label}: ${part.text}`),
  ];
  const told = mark + plain(text.join('\n'));
  if (status === 'passed') return requirement.reason ? { ...base, 'system-out': told } : base;
  if (status === 'failed' && level === 'must') {
    const message = mark + firstLine(requirement.actual ?? requirement.observed ?? 'failed');
    return { ...base, failure: { '@': { message, type: report.verdict }, '#': told } };
  }
  const message = `${statusWord(requirement, report)}: ${firstLine(requirement.reason ?? requirement.observed ?? '')}`;
  return { ...base, skipped: { '@': { message } }, 'system-out': told };
}

function named(classname: string, name: string, durationMs: number): TestCase {
  return { '@': { classname, name, time: seconds(durationMs) } };
}

function tally(cases: readonly TestCase[]) {
  const having = (part: 'failure' | 'error' | 'skipped') => cases.filter((each) => each[part] !== undefined).length;
  return { tests: cases.length, failures: having('failure'), errors: having('error'), skipped: having('skipped') };
}

function firstLine(text: string): string {
  return plain(text).trim().split('\n')[0] ?? '';
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
