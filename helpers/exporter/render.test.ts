import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '../errors.ts';
import { knownTargets } from './known.ts';
import { parseManifests, renderManifests } from './render.ts';

describe('render', () => {
  const NO_KUBECTL = { kubectl: '/nowhere/kubectl' };
  const document = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'render-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const namesIn = async (path: string) => (await renderManifests(path, NO_KUBECTL)).map(({ metadata }) => metadata.name);

  test('a file is read as it is', async () => {
    write('all.yaml', `${document('one')}---\n${document('two')}`);
    expect(await namesIn(join(directory, 'all.yaml'))).toEqual(['one', 'two']);
  });

  test('the standard input is read as a file is, and an empty one or a terminal is refused', async () => {
    const rendered = (input: Readable) => renderManifests('-', { ...NO_KUBECTL, input });

    expect(await rendered(Readable.from([document('one'), '---\n', document('two')]))).toMatchObject([
      { metadata: { name: 'one' } },
      { metadata: { name: 'two' } },
    ]);
    await expect(rendered(Readable.from(['# nothing\n']))).rejects.toThrow('The standard input holds no object.');
    await expect(rendered(Object.assign(Readable.from([]), { isTTY: true }))).rejects.toThrow('pipe manifests into it');
  });

  test('an object without a namespace is in default, unless its kind has none', async () => {
    write('all.yaml', `${document('one')}---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: monitoring\n`);

    const [one, namespace] = await renderManifests(join(directory, 'all.yaml'), NO_KUBECTL);

    expect(one?.metadata.namespace).toBe('default');
    expect(namespace?.metadata.namespace).toBeUndefined();
  });

  test('a directory without a kustomization is all YAML files in it, by name', async () => {
    write('b.yml', document('b'));
    write('a.yaml', document('a'));
    write('notes.txt', 'not a manifest');
    expect(await namesIn(directory)).toEqual(['a', 'b']);
  });

  test('a kustomization without kubectl is rendered by the fallback', async () => {
    write('kustomization.yaml', 'resources: []\n');
    const fallback = async (path: string) => document(path === directory ? 'rendered' : 'wrong-directory');
    expect(await renderManifests(directory, { ...NO_KUBECTL, fallback })).toMatchObject([{ metadata: { name: 'rendered' } }]);
  });

  test('a kustomization without kubectl and fallback is refused', async () => {
    await expect(renderManifests(knownTargets.agent.directory, NO_KUBECTL)).rejects.toThrow('which needs kubectl on the PATH');
  });

  test('the error of kubectl is shown', async () => {
    write('kustomization.yaml', 'resources: [missing.yaml]\n');
    write('kubectl', '#!/bin/sh\necho "missing.yaml: no such file" >&2; exit 1\n');
    chmodSync(join(directory, 'kubectl'), 0o755);
    await expect(renderManifests(directory, { kubectl: join(directory, 'kubectl') })).rejects.toThrow(
      'does not render: missing.yaml: no such file',
    );
  });

  test('a missing path and an empty directory are refused', async () => {
    await expect(renderManifests(join(directory, 'missing'))).rejects.toThrow(/^There are no manifests at /);
    await expect(renderManifests(directory)).rejects.toThrow(/hold no object\.$/);
  });
});

describe('yaml', () => {
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

    test('a merge key merges the fields of its anchor', () => {
      const text = configMap('base: &base\n  cpu: 1\n  memory: 2\nmerged:\n  <<: *base\n  memory: 3\n');
      expect(parseManifests(text, 'example.yaml')).toMatchObject([{ merged: { cpu: 1, memory: 3 } }]);
    });

    test('a date is a string, and so is a number to base 60', () => {
      expect(read('2022-06-01')).toBe('2022-06-01');
      expect(read('12:30')).toBe('12:30');
    });

    test('a number without digits is a string', () => {
      expect(read('e12')).toBe('e12');
      expect(read('.')).toBe('.');
    });

    test('numbers are numbers', () => {
      expect(['1e3', '1.5', '.5', '8080', '0x1F'].map(read)).toEqual([1000, 1.5, 0.5, 8080, 31]);
    });
  });

  test('several documents and the items of lists are read, empty documents are ignored', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: inner}\n';
    const objects = parseManifests(`---\n---\n${configMap('')}---\n${list}`, 'all.yaml');
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['ConfigMap example', 'Secret inner']);
  });

  test('text that is not YAML is refused with its line', () => {
    expect(() => parseManifests('a: [', 'broken.yaml')).toThrow(/^broken\.yaml is not YAML: .*line 1/s);
  });

  test('a document that is no Kubernetes object is refused, and shown', () => {
    expect(() => parseManifests('name: example', 'values.yaml')).toThrow(UsageError);
    expect(() => parseManifests('name: example', 'values.yaml')).toThrow('it is {"name":"example"}');
  });
});
