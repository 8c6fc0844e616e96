import { create } from 'xmlbuilder2';
import { plain } from '../printable.ts';
import type { Report, RequirementResult, UnpromisedFeature } from './model.ts';
import { explanationOf, outcomeWords } from './not-promised.ts';
import { failureParts, firstLineOf, SIMULATED, statusWord, verdictSentence } from './words.ts';

interface TestCase {
  readonly '@': { readonly classname: string; readonly name: string; readonly time: string };
  readonly failure?: Problem;
  readonly error?: Problem;
  readonly skipped?: { readonly '@': { readonly message: string } };
  readonly 'system-out'?: string;
}

interface Problem {
  readonly '@': { readonly message: string; readonly type: string };
  readonly '#': string;
}

/**
 * The report for the test views of CI systems: a suite for each area. Only a `must` that failed is a failure there, with its cause where it
 * has one; a blocked requirement, a recommendation that is not followed, a known issue and a feature that is not promised are skipped, and their message says which it is.
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
  const { notPromised = [] } = report;
  if (notPromised.length > 0) {
    const cases = notPromised.map((feature) => unpromisedCase(feature, mark));
    suites.push(suiteOf(`${mark}not promised`, cases, report.startedAt));
  }
  // A CI system that reads only failures must not take an unfinished run for a success.
  if (report.verdict === 'infrastructure' || report.partial === 'unverified') {
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
    ...(status === 'failed' && requirement.causedBy ? [`caused by ${requirement.causedBy}`] : []),
    ...failureParts(requirement).map((part) => `${part.label}: ${part.text}`),
  ];
  const details = mark + plain(text.join('\n'));
  if (status === 'passed') return requirement.reason ? { ...base, 'system-out': details } : base;
  if (status === 'failed' && level === 'must') {
    const cause = requirement.causedBy === undefined ? '' : `caused by ${requirement.causedBy}: `;
    const message = mark + cause + plain(firstLineOf(requirement));
    return { ...base, failure: { '@': { message, type: report.verdict }, '#': details } };
  }
  const message = `${statusWord(requirement, report)}: ${firstLine(requirement.reason ?? requirement.observed ?? '')}`;
  return { ...base, skipped: { '@': { message } }, 'system-out': details };
}

/** A feature that is not promised is skipped, whether or not it would be met. */
function unpromisedCase(feature: UnpromisedFeature, mark: string): TestCase {
  const name = plain(`${mark}${feature.feature}: ${feature.sentence}`);
  const message = mark + plain(`not promised, ${outcomeWords[feature.outcome]}: ${firstLine(explanationOf(feature))}`);
  return { ...named('not-promised', name, 0), skipped: { '@': { message } } };
}

function named(classname: string, name: string, durationMs: number): TestCase {
  return { '@': { classname, name, time: seconds(durationMs) } };
}

function tally(cases: readonly TestCase[]) {
  const count = (part: 'failure' | 'error' | 'skipped') => cases.filter((each) => each[part] !== undefined).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function firstLine(text: string): string {
  return plain(text).trim().split('\n')[0] ?? '';
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
