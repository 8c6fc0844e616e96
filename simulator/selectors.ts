import type { Fields, LabelSelector, Stored } from './objects.ts';

type Labels = Readonly<Record<string, string>>;
type Matches = (object: Stored) => boolean;

/** Parses a label selector of a query: `a=b,c!=d,e in (f,g),!h,i`. */
export function labelSelector(text: string): Matches {
  const terms = text.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '');
  const tests = terms.map((term) => labelTerm(term.trim()));
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

function labelTerm(term: string): (labels: Labels) => boolean {
  const [, key = '', operation, list = ''] = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(term) ?? [];
  if (operation) {
    const values = list.split(',').map((value) => value.trim());
    return (labels) => (labels[key] !== undefined && values.includes(labels[key])) === (operation === 'in');
  }
  const [, name = '', operator, value = ''] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? [];
  if (operator) return (labels) => (labels[name.trim()] === value.trim()) === (operator !== '!=');
  return term.startsWith('!') ? (labels) => labels[term.slice(1)] === undefined : (labels) => labels[term] !== undefined;
}

/** Parses a field selector of a query: `metadata.name=a,spec.nodeName!=b`. */
export function fieldSelector(text: string): Matches {
  const tests = text
    .split(',')
    .filter(Boolean)
    .map((term) => {
      const [, path = '', operator, value = ''] = /^([^=!]+)(==?|!=)(.*)$/.exec(term) ?? [];
      return (object: Stored) => (String(valueAt(object, path.split('.')) ?? '') === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], object);
}

/** Whether the selector of a workload matches: an empty one matches everything, an undefined one nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => holds(labels[key], operator, values))
  );
}

/** Evaluates a requirement of a label or node selector. */
export function holds(value: string | undefined, operator: string, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}
