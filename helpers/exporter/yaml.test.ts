import { UsageError } from '../errors.ts';
import { parseManifests } from './yaml.ts';

const configMap = (spec: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: example\n${spec}`;
const read = (value: string) => {
  const [object] = parseManifests(configMap(`value: ${value}\n`), 'example.yaml');
  return (object as unknown as { value: unknown }).value;
};

describe('YAML is read as kubectl reads it', () => {
  test('a number with a leading zero is octal, as file modes are written', () => {
    expect(read('0644')).toBe(420);
    expect(read('0o644')).toBe(420);
  });

  test('yes, on and y are true, and their opposites false', () => {
    expect(['yes', 'On', 'y'].map(read)).toEqual([true, true, true]);
    expect(['no', 'OFF', 'n'].map(read)).toEqual([false, false, false]);
  });

  test('a merge key takes over what it names', () => {
    const text = configMap('base: &base\n  cpu: 1\n  memory: 2\nmerged:\n  <<: *base\n  memory: 3\n');
    expect(parseManifests(text, 'example.yaml')).toMatchObject([{ merged: { cpu: 1, memory: 3 } }]);
  });

  test('a date stays text, and nothing is counted to base 60', () => {
    expect(read('2022-06-01')).toBe('2022-06-01');
    expect(read('12:30')).toBe('12:30');
  });

  test('what only looks like a number is text', () => {
    expect(read('e12')).toBe('e12');
    expect(read('.')).toBe('.');
  });

  test('numbers are numbers', () => {
    expect(['1e3', '1.5', '.5', '8080', '0x1F'].map(read)).toEqual([1000, 1.5, 0.5, 8080, 31]);
  });
});

test('several documents and lists are taken apart, empty documents left out', () => {
  const list = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: inner}\n';
  const objects = parseManifests(`---\n---\n${configMap('')}---\n${list}`, 'all.yaml');
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap example', 'Secret inner']);
});

test('text that is not YAML is refused with its place', () => {
  expect(() => parseManifests('a: [', 'broken.yaml')).toThrow(/^broken\.yaml is not YAML: .*line 1/s);
});

test('a document that is no Kubernetes object is refused, and shown', () => {
  expect(() => parseManifests('name: example', 'values.yaml')).toThrow(UsageError);
  expect(() => parseManifests('name: example', 'values.yaml')).toThrow('seen {"name":"example"}');
});
