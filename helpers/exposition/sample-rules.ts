import type { FamilyHeader } from './families.ts';
import type { Fault, Format } from './model.ts';
import { numberOf } from './number-reader.ts';
import type { SampleLine } from './sample-line.ts';

type Check = (line: SampleLine) => Fault | undefined;

/** The check of the samples of one name by the family's type; undefined if there is none, as for a gauge: the usual case. */
export function checkOf(family: FamilyHeader, sampleName: string, format: Format): Check | undefined {
  const suffix = sampleName.slice(family.name.length);
  const { type } = family;
  const checks: Check[] = [];
  if (suffix === '_bucket' && (type === 'histogram' || type === 'gaugehistogram')) checks.push(hasNumber('le'));
  if (suffix === '' && type === 'summary') checks.push(hasNumber('quantile'));
  if (format === 'openmetrics') {
    const counts =
      (type === 'counter' && suffix !== '_created') ||
      ((type === 'histogram' || type === 'summary') && (suffix === '_bucket' || suffix === '_count' || suffix === '_sum')) ||
      (type === 'gaugehistogram' && (suffix === '_bucket' || suffix === '_gcount'));
    if (counts) checks.push(isCount);
    const countsEvents = type === 'histogram' || type === 'summary' || type === 'gaugehistogram';
    if (countsEvents && (suffix === '_bucket' || suffix === '_count' || suffix === '_gcount')) checks.push(isWhole);
    if (type === 'summary' && suffix === '') checks.push(isNotNegative);
    if (type === 'info') checks.push(isOneOf([1], 'info'));
    if (type === 'stateset') checks.push(isOneOf([0, 1], 'stateset'), hasLabel(family.name));
    const takesExemplars = (type === 'counter' && suffix !== '_created') || suffix === '_bucket';
    if (!takesExemplars) checks.push(hasNoExemplar);
  }
  if (checks.length <= 1) return checks[0];
  return (line) => {
    for (const check of checks) {
      const fault = check(line);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function labelValue({ bytes, labels }: SampleLine, name: string): string | undefined {
  for (let index = 0; index < labels.count; index++) {
    const [start, end, valueStart, valueEnd] = labels.spans.subarray(index * 4, index * 4 + 4);
    if (bytes.toString('latin1', start, end) === name) return bytes.toString('utf8', valueStart, valueEnd);
  }
  return undefined;
}

function hasNumber(label: 'le' | 'quantile'): Check {
  return (line) => {
    const text = labelValue(line, label);
    if (text === undefined)
      return { rule: 'missing-label-of-type', at: line.nameEnd, message: `The sample has no label ${label}.` };
    const number = numberOf(text);
    const expected = label === 'le' ? 'a number' : 'a number from 0 to 1';
    if (number !== undefined && !Number.isNaN(number) && (label === 'le' || (number >= 0 && number <= 1))) return undefined;
    return {
      rule: 'value-not-of-type',
      at: line.nameEnd,
      message: `The label ${label} must be ${expected}, not ${JSON.stringify(text)}.`,
    };
  };
}

function hasLabel(name: string): Check {
  return (line) =>
    labelValue(line, name) === undefined
      ? {
          rule: 'missing-label-of-type',
          at: line.nameEnd,
          message: `A sample of a stateset has the label ${name} for its state.`,
        }
      : undefined;
}

function isOneOf(values: readonly number[], type: string): Check {
  return (line) =>
    values.includes(line.value)
      ? undefined
      : {
          rule: 'value-not-of-type',
          at: line.seriesEnd,
          message: `The value of a sample of type ${type} must be ${values.join(' or ')}.`,
        };
}

const isCount: Check = (line) =>
  line.value >= 0
    ? undefined
    : { rule: 'value-not-of-type', at: line.seriesEnd, message: 'A count must not be negative or NaN.' };

const isWhole: Check = (line) =>
  Number.isInteger(line.value)
    ? undefined
    : { rule: 'value-not-of-type', at: line.seriesEnd, message: 'A count of events must be an integer.' };

/** NaN is valid: nothing was observed. */
const isNotNegative: Check = (line) =>
  line.value < 0
    ? { rule: 'value-not-of-type', at: line.seriesEnd, message: "A quantile's value must not be negative in OpenMetrics." }
    : undefined;

const hasNoExemplar: Check = (line) =>
  line.exemplarAt < 0
    ? undefined
    : {
        rule: 'exemplar-not-allowed',
        at: line.exemplarAt,
        message: 'Only the total of a counter and buckets may have exemplars.',
      };
