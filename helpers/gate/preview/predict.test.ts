import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeInventory } from '../../accounting/inventory.ts';
import { writeSample } from '../../accounting/series.ts';
import { recordedCapture, recordedNames } from '../../capture/capture.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import type { Exposition } from '../../exposition/model.ts';
import { readExposition } from '../../exposition/read.ts';
import { parseVersion } from '../../version.ts';
import { readInputs } from './inputs.ts';
import { parsePreviewOptions } from './options.ts';
import { predictExposition, writeExposition } from './predict.ts';

/** The families with their types, and the samples with sorted labels, each once. */
function linesOf({ families }: Exposition): ReadonlySet<string> {
  return new Set(
    [...families.values()].flatMap(({ name, type, samples }) => [
      `${name} ${type}`,
      ...samples.map(({ labels, value }) => {
        const sorted = Object.entries(labels).sort(([a], [b]) => a.localeCompare(b));
        return writeSample(name, Object.fromEntries(sorted), value);
      }),
    ]),
  );
}

function minus(lines: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] {
  return [...lines].filter((line) => !others.has(line));
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'predict-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The preview predicts what the catalogue has tables for. */
const withoutCustomResources = recordedNames().filter((name) => !name.includes('custom-resources'));

test.each(withoutCustomResources)(
  '%s: the predicted exposition has the families and samples of the real scrape',
  async (name) => {
    const { origin, objects, metrics } = recordedCapture(name);
    const release = { exporter: parseVersion(origin.exporter), options: parseExporterArguments(origin.args) };
    const file = join(folder, 'to.metrics.txt');
    const predicted = predictExposition(release, takeInventory(objects), origin.kubernetes);
    writeExposition(file, predicted, origin.exporter);
    const text = readFileSync(file);
    const [written, real] = await Promise.all([text, metrics].map((scrape) => readExposition(scrape, { format: 'text' })));
    if (!written || !real) throw new Error('Expected two expositions.');
    const [expected, actual] = [linesOf(written.exposition), linesOf(real.exposition)];

    expect(predicted.samples).toBeGreaterThan(actual.size / 2);
    expect(predicted.bytes).toBe(text.length);
    expect(minus(expected, actual)).toEqual([]);
    expect(minus(actual, expected)).toEqual([]);
  },
);

test('the options of a mounted file are those of the ConfigMap among the objects, and never dropped in silence', async () => {
  const path = join(folder, 'objects.jsonl');
  const volumes = [{ name: 'options', configMap: { name: 'options' } }];
  const container = { image: 'kube-state-metrics:v2.18.0', volumeMounts: [{ name: 'options', mountPath: '/etc/ksm' }] };
  const args = ['--resources=services', '--config=/etc/ksm/config.yaml'];
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'e', namespace: 'm' },
      spec: { containers: [{ ...container, args }], volumes },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'options', namespace: 'm' },
      data: { 'config.yaml': 'resources: {pods: {}}' },
    },
  ];
  const read = (saved: readonly object[], ...more: readonly string[]) => {
    writeFileSync(path, saved.map((object) => JSON.stringify(object)).join('\n'));
    return readInputs(parsePreviewOptions(['--objects', path, '--to', 'v2.20.0', ...more]), new AbortController().signal);
  };

  expect([...((await read(objects)).old.options.resources ?? [])]).toEqual(['pods']);
  await expect(read(objects.slice(0, 1))).rejects.toThrow(
    '/etc/ksm/config.yaml, and no ConfigMap with that file is known: set --args',
  );
  await expect(read(objects, '--from', 'v2.16.0')).rejects.toThrow('that is followed from v2.17.0 on');
});
