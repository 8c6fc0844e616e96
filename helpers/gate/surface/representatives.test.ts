import { takeInventory } from '../../accounting/inventory.ts';
import { recordedCapture } from '../../capture/capture.ts';
import { tables } from '../../catalogue/resources/index.ts';
import { parseVersion } from '../../version.ts';
import { compareSurfaces } from './compare.ts';
import { expectedSurface, knownFamilies } from './expected.ts';
import { representatives } from './representatives.ts';

const { objects } = recordedCapture('v1.34.1-v2.6.0');
const kubernetes = 'v1.34.1';

function sidesOf(from: string, to: string) {
  return { old: { exporter: parseVersion(from), options: {} }, new: { exporter: parseVersion(to), options: {} } };
}

/** The changes of the catalogue for some objects. */
function changesFor(chosen: typeof objects, sides: ReturnType<typeof sidesOf>) {
  const inventory = takeInventory(chosen);
  const surface = (side: 'old' | 'new') => expectedSurface({ ...sides[side], format: 'text', kubernetes }, inventory, tables);
  return compareSurfaces(surface('old'), surface('new'), knownFamilies(sides, tables, 'text', inventory));
}

const idsOf = (changes: ReturnType<typeof changesFor>) =>
  changes.map(({ kind, family, label }) => `${kind} ${family} ${label}`).sort();

/** The objects of the capture with this many copies of each pod. */
function withPods(copies: number): typeof objects {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const copied = Array.from({ length: copies }, (_, copy) =>
    pods.map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, name: `${pod.metadata.name}-${copy}`, uid: `${pod.metadata.uid}-${copy}` },
    })),
  );
  return [...objects.filter(({ kind }) => kind !== 'Pod'), ...copied.flat()];
}

test('some of many objects have the same changes as all of them', () => {
  const all = withPods(60);
  const sides = sidesOf('v2.6.0', 'v2.20.0');
  const changes = changesFor(all, sides);
  const chosen = representatives(changes, sides, takeInventory(all), tables);

  expect(chosen.length).toBeLessThan(all.length / 2);
  expect(idsOf(changesFor(chosen, sides))).toEqual(idsOf(changes));
});

test('the only object of a change among many is chosen', () => {
  const all = withPods(60);
  const rare = all.filter(({ kind }) => kind === 'Pod')[1234] ?? all[0];
  if (!rare) throw new Error('The capture has no pod.');
  const sides = sidesOf('v2.6.0', 'v2.20.0');
  const sample = {
    labels: { namespace: rare.metadata.namespace ?? '', pod: rare.metadata.name, uid: rare.metadata.uid ?? '' },
    value: 1,
  };
  const change = {
    kind: 'series-gone',
    family: 'kube_pod_info',
    changes: [{ old: sample, new: undefined }],
    series: { old: 1, new: 0 },
  } as const;
  const inventory = takeInventory(all);

  expect(representatives([], sides, inventory, tables)).not.toContain(rare);
  expect(representatives([change], sides, inventory, tables)).toContain(rare);
});

test('objects without a change are chosen too, as a family of which some objects lose series is not one that is gone', () => {
  const pods = representatives([], sidesOf('v2.6.0', 'v2.20.0'), takeInventory(withPods(60)), tables).filter(
    ({ kind }) => kind === 'Pod',
  );

  expect(pods).toHaveLength(100);
});

test('all of few objects are chosen', () => {
  const sides = sidesOf('v2.6.0', 'v2.20.0');
  const pods = objects.filter(({ kind }) => kind === 'Pod');

  expect(representatives([], sides, takeInventory(objects), tables)).toEqual(expect.arrayContaining([...pods]));
});
