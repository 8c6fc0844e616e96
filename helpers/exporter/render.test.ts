import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownTargets } from './known.ts';
import { renderManifests } from './render.ts';

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

test('a directory without a kustomization is all YAML files in it, by name', async () => {
  write('b.yml', document('b'));
  write('a.yaml', document('a'));
  write('notes.txt', 'not a manifest');
  expect(await namesIn(directory)).toEqual(['a', 'b']);
});

test('a kustomization without kubectl is rendered elsewhere', async () => {
  write('kustomization.yaml', 'resources: []\n');
  const elsewhere = async (path: string) => document(path === directory ? 'rendered' : 'wrong-directory');
  expect(await renderManifests(directory, { ...NO_KUBECTL, elsewhere })).toMatchObject([{ metadata: { name: 'rendered' } }]);
});

test('a kustomization that nothing can render is refused', async () => {
  await expect(renderManifests(knownTargets.agent.directory, NO_KUBECTL)).rejects.toThrow('nothing to render it with');
});

test('the words of kubectl are passed on when a kustomization does not render', async () => {
  write('kustomization.yaml', 'resources: [missing.yaml]\n');
  write('kubectl', '#!/bin/sh\necho "missing.yaml: no such file" >&2; exit 1\n');
  chmodSync(join(directory, 'kubectl'), 0o755);
  await expect(renderManifests(directory, { kubectl: join(directory, 'kubectl') })).rejects.toThrow(
    'does not render: missing.yaml: no such file',
  );
});

test('what is not there, and what is empty, is refused', async () => {
  await expect(renderManifests(join(directory, 'missing'))).rejects.toThrow(/^There are no manifests at /);
  await expect(renderManifests(directory)).rejects.toThrow(/hold no object\.$/);
});
