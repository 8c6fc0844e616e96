import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAccountArguments } from './command-line.ts';
import { explain, isCorrect } from './explain.ts';
import { asText } from './print.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The accounting of a scrape and objects for an exporter with these arguments. */
async function explained(
  metrics: string,
  objects: readonly object[],
  args: string,
  exporter = 'v2.18.0',
  more: readonly string[] = [],
) {
  await writeFile(join(folder, 'metrics.txt'), metrics);
  await writeFile(join(folder, 'objects.jsonl'), objects.map((object) => JSON.stringify(object)).join('\n'));
  const files = ['--objects', join(folder, 'objects.jsonl'), '--metrics', join(folder, 'metrics.txt')];
  return explain(parseAccountArguments([...files, '--exporter', exporter, '--args', args, ...more]));
}

const pod = (name: string, uid: string, nodeName?: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'a', uid },
  spec: { containers: [], ...(nodeName !== undefined && { nodeName }) },
  status: {},
});
const claim = (accessModes: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'c', namespace: 'a', uid: 'u' },
  spec: { accessModes },
  status: {},
});
const mode = 'kube_persistentvolumeclaim_access_mode{namespace="a",persistentvolumeclaim="c",access_mode="ReadWriteOnce"} 1\n';
const modes = '--resources=persistentvolumeclaims --metric-allowlist=kube_persistentvolumeclaim_access_mode';

test('a series that an object explains twice is repeated, and an error', async () => {
  const family = 'kube_persistentvolume_access_mode';
  const volume = (accessModes: readonly string[]) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v', uid: 'u' },
    spec: { accessModes },
    status: {},
  });
  const metrics = (lines: string) => `# TYPE ${family} gauge\n${lines}`;
  const line = `${family}{persistentvolume="v",access_mode="ReadWriteOnce"} 1\n`;
  const args = `--resources=persistentvolumes --metric-allowlist=${family}`;
  const twice = await explained(metrics(line + line), [volume(['ReadWriteOnce', 'ReadWriteOnce'])], args, 'v2.20.0');
  const single = await explained(metrics(line), [volume(['ReadWriteOnce'])], args, 'v2.20.0');

  expect(twice.accounting).toMatchObject({ explained: 2, differences: [] });
  expect(twice.repeated).toEqual([expect.stringMatching(/^kube_persistentvolume_access_mode\{.*\} in line 3$/)]);
  expect(isCorrect(twice)).toBe(false);
  expect(asText(twice, 20)).toMatch(/^✗ 2 of 2[\s\S]*repeated series: kube_persistentvolume_access_mode/);
  expect(isCorrect(single)).toBe(true);
});

test('a repeated series of a known issue is reported and accepted', async () => {
  const toleration = 'kube_pod_tolerations{namespace="a",pod="w",uid="u",key="k",operator="Exists"} 1\n';
  const tolerations = [
    { key: 'k', operator: 'Exists' },
    { key: 'k', operator: 'Exists' },
  ];
  const tolerant = { ...pod('w', 'u'), spec: { containers: [], tolerations } };
  const metrics = `# TYPE kube_pod_tolerations gauge\n${toleration}${toleration}`;
  const result = await explained(metrics, [tolerant], '--resources=pods --metric-allowlist=kube_pod_tolerations', 'v2.10.0');

  expect(result).toMatchObject({ repeated: [], knownRepeats: [expect.stringContaining('a toleration')] });
  expect(asText(result, 20)).toContain('Known issue tolerations-repeated is met by Pod a/w: ');
  expect(isCorrect(result)).toBe(true);
});

describe('an exporter of some of the pods', () => {
  const resource = '--resources=pods --metric-allowlist=kube_pod_created';
  const created = '2024-05-01T10:00:00Z';
  const withTime = (name: string, uid: string, nodeName?: string) => {
    const object = pod(name, uid, nodeName);
    return { ...object, metadata: { ...object.metadata, creationTimestamp: created } };
  };
  const objects = [withTime('web', 'u-web', 'n1'), withTime('other', 'u-other', 'n2'), withTime('pend', 'u-pend')];
  const exposed = (...names: readonly string[]) =>
    `# TYPE kube_pod_created gauge\n${names
      .map((name) => `kube_pod_created{namespace="a",pod="${name}",uid="u-${name}"} 1.7145576e+09\n`)
      .join('')}`;

  describe('as several shards, with a scrape of each,', () => {
    /** The accounting of a scrape of each shard. */
    async function explainedShards(scrapes: readonly string[], more: readonly object[] = [], args: readonly string[] = []) {
      const paths = scrapes.map((_, shard) => join(folder, `shard-${shard}.txt`));
      await Promise.all(scrapes.map((scrape, shard) => writeFile(paths[shard] ?? '', scrape)));
      await writeFile(join(folder, 'objects.jsonl'), [...objects, ...more].map((object) => JSON.stringify(object)).join('\n'));
      const files = ['--objects', join(folder, 'objects.jsonl'), ...paths.flatMap((path) => ['--metrics', path])];
      return explain(parseAccountArguments([...files, ...args]));
    }
    const set = ['--exporter', 'v2.18.0', '--args', resource];
    const [first, second] = [exposed('web'), exposed('other', 'pend')];
    const exporterPod = (name: string, ...args: readonly string[]) => ({
      ...pod(name, `u-${name}`),
      spec: { containers: [{ image: 'kube-state-metrics:v2.18.0', args: [...resource.split(' '), ...args] }] },
    });

    test('has every object in its shard', async () => {
      const result = await explainedShards([first, second], [], set);
      expect(result.accounting).toMatchObject({ samples: 3, explained: 3, compared: 3, differences: [] });
      expect(asText(result, 20)).toContain('shard 1: 2 of 2 explained, 0 differences');
    });

    test('has no object in another shard, in none, or in two', async () => {
      const swapped = await explainedShards([second, first], [], set);
      const absent = await explainedShards([first, exposed('other')], [], set);
      const twice = await explainedShards([first, exposed('other', 'pend', 'web')], [], set);

      expect(swapped.accounting).toMatchObject({ explained: 0, missing: { length: 3 }, unexplained: { length: 3 } });
      expect(absent.accounting).toMatchObject({ explained: 2, missing: [expect.stringContaining('pend')], unexplained: [] });
      expect(twice.accounting).toMatchObject({ explained: 3, missing: [], unexplained: [expect.stringContaining('web')] });
    });

    test('has the arguments of their pods, without those that differ', async () => {
      // The pods have their own times of creation, and thus no sample.
      const shards = [
        exporterPod('k-0', '--total-shards=2', '--shard', '0'),
        exporterPod('k-1', '--total-shards=2', '--shard=1'),
      ];
      const replicas = ['k-0', 'k-1'].map((name) => exporterPod(name, `--pod=${name}`, '--pod-namespace=a'));
      for (const pods of [shards, replicas])
        expect((await explainedShards([first, second], pods)).accounting).toMatchObject({ explained: 3, differences: [] });
    });

    test('has the shard of a replica of a StatefulSet', async () => {
      const env = [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
      ];
      const args = [...resource.split(' '), '--pod=$(POD_NAME)', '--pod-namespace=$(POD_NAMESPACE)'];
      const replica = {
        ...pod('k-1', 'u-k-1'),
        metadata: { name: 'k-1', namespace: 'a', uid: 'u-k-1', ownerReferences: [{ kind: 'StatefulSet', name: 'k' }] },
        spec: { containers: [{ image: 'kube-state-metrics:v2.18.0', args, env }] },
      };
      const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'k', namespace: 'a' }, spec: { replicas: 2 } };

      expect((await explainedShards([second], [replica, set])).accounting).toMatchObject({ explained: 2, differences: [] });
      const scaledDown = { ...set, spec: { replicas: 1 } };
      await expect(explainedShards([second], [replica, scaledDown])).rejects.toThrow('--shard is 1, but --total-shards is 1');
      await expect(explainedShards([second], [replica])).rejects.toThrow(
        '--pod is a/k-1, whose StatefulSet is not among the objects',
      );
    });

    test('is bad usage if the shards contradict each other', async () => {
      const three = [exporterPod('k-0', '--total-shards=3'), exporterPod('k-1', '--total-shards=3', '--shard=1')];
      await expect(explainedShards([first, second], three)).rejects.toThrow(
        '--metrics is set 2 times, but the exporter has --total-shards=3',
      );
      const unlike = [exporterPod('k-0', '--total-shards=2'), exporterPod('k-1', '--total-shards=3', '--shard=1')];
      await expect(explainedShards([first, second], unlike)).rejects.toThrow('Several pods run an exporter, a/k-0');
    });
  });

  test('has the node of its pod', async () => {
    const env = [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }];
    const args = [...resource.split(' '), '--node=$(NODE_NAME)'];
    const containers = [{ image: 'kube-state-metrics:v2.18.0', args, env }];
    const agent = { ...pod('k', 'u-k'), spec: { nodeName: 'n1', containers } };
    await writeFile(join(folder, 'objects.jsonl'), [...objects, agent].map((object) => JSON.stringify(object)).join('\n'));
    await writeFile(join(folder, 'metrics.txt'), exposed('web'));
    const files = ['--objects', join(folder, 'objects.jsonl'), '--metrics', join(folder, 'metrics.txt')];

    expect((await explain(parseAccountArguments(files))).accounting).toMatchObject({ explained: 1, differences: [] });
  });

  // The shards of the uids are computed with Go's hash/fnv and the jump hash in Go.
  test.each([
    ['without a node', '--track-unscheduled-pods', ['pend']],
    ['of a node', '--node=n1', ['web']],
    ['of the first of 2 shards', '--total-shards=2 --shard=0', ['web']],
    ['of the second of 2 shards', '--total-shards=2 --shard=1', ['other', 'pend']],
  ])('exposes those %s, and no others', async (_, selection, names) => {
    const { accounting } = await explained(exposed(...names), objects, `${resource} ${selection}`);
    expect(accounting).toMatchObject({ explained: names.length, differences: [] });

    const remaining = objects.map(({ metadata }) => metadata.name).filter((name) => !names.includes(name));
    const wrong = await explained(exposed(...names, ...remaining), objects, `${resource} ${selection}`);
    expect(wrong.accounting.unexplained).toHaveLength(remaining.length);
    await expect(explained(exposed(remaining[0] as string), objects, `${resource} ${selection}`)).resolves.toMatchObject({
      accounting: { missing: names.map((name) => expect.stringContaining(name)) },
    });
  });
});

test('a resource in an allowlist without effect is a warning with the nearest name', async () => {
  const allowlists = '--metric-labels-allowlist=role=[*],nodes=[*],pods=[*] --metric-annotations-allowlist=*=[a]';
  const { warnings } = await explained(
    mode,
    [claim(['ReadWriteOnce'])],
    `${modes.replace('claims ', 'claims,pods ')} ${allowlists}`,
  );

  expect(warnings).toEqual([
    '--metric-labels-allowlist has "role", which is no resource; did you mean roles?',
    '--metric-labels-allowlist has "nodes", which the exporter does not read.',
  ]);
});

test.each(['v1.9.8', 'v2.4.2', 'v2.21.0', 'v3.0.0'])('the release %s is bad usage with the known range', async (release) => {
  await expect(explained(mode, [claim(['ReadWriteOnce'])], modes, release)).rejects.toThrow(
    `The release ${release} of kube-state-metrics is unknown: the catalogue has v2.5.0 to v2.20.`,
  );
});

describe('with --resources-saved', () => {
  const both = `# TYPE kube_persistentvolumeclaim_access_mode gauge\n${mode}# TYPE kube_pod_created gauge\nkube_pod_created{namespace="a",pod="p",uid="u"} 1\n`;
  const args = modes.replace('claims ', 'claims,pods ').replace(/$/, ',kube_pod_created');

  test('samples of other resources are counted and not judged', async () => {
    const result = await explained(both, [claim(['ReadWriteOnce'])], args, 'v2.18.0', [
      '--resources-saved',
      'persistentvolumeclaims',
    ]);
    expect(result.accounting).toMatchObject({ samples: 2, explained: 1, notJudged: 1, differences: [] });
    expect(asText(result, 20)).toContain('1 samples of resources outside --resources-saved are not judged');

    const unknown = await explained(`${both}kube_x 1\n`, [claim([])], args, 'v2.18.0', [
      '--resources-saved=persistentvolumeclaims',
    ]);
    expect(unknown.accounting.unexplained).toEqual([expect.stringContaining('kube_persistentvolumeclaim'), 'kube_x 1']);
  });

  test('a name that the exporter does not read is bad usage', async () => {
    const run = explained(both, [claim(['ReadWriteOnce'])], args, 'v2.18.0', ['--resources-saved', 'persistentvolumeclaims,pod']);
    await expect(run).rejects.toThrow('--resources-saved has "pod", which the exporter does not read; did you mean pods?');
  });
});
