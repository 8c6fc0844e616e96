import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  auditorRules,
  installRelease,
  nodesSelector,
  releaseByNode,
  releaseNamespace,
  releaseSelector,
  shardedRelease,
  shardSelector,
} from '../helpers/audit/testing/release.ts';
import { isReady, type Pod } from '../helpers/kube/pod.ts';
import { accountObjects, requestToken } from '../helpers/kube/service-account.ts';
import { type ApiProxy, startProxy } from '../helpers/mutation/proxy.ts';
import type { Report } from '../helpers/report/model.ts';
import type { Interference, ProxiedRequest } from '../helpers/suite/mutant/interference.ts';
import { seconds, waitFor } from '../helpers/wait.ts';
import { simulatedCluster } from '../simulator/testing.ts';
import { startCommand } from './testing/command.ts';

const cluster = simulatedCluster('file', { kubernetes: 'v1.34.1', prometheusImage: 'prometheus' });
const sent: string[] = [];
/** Changes the responses that the proxy returns. */
let faults: Interference['answer'];
let passes: (passing: ProxiedRequest) => void = () => undefined;
let proxy: ApiProxy;

/** Kubernetes takes the schedule; exporters from 2.19 on do not. */
const nightly = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly', namespace: 'default' },
  spec: {
    schedule: '0 */24 * * *',
    suspend: true,
    jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } } } },
  },
};

/** A cluster with a release in it, and a proxy that records every request. */
beforeAll(async () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'exposed', namespace: 'default' } };
  await installRelease(cluster.client, 'v2.20.0');
  for (const object of [secret, nightly]) await cluster.client.apply(object);
  proxy = await startProxy(cluster.kubeconfig, join(cluster.directory, 'proxied'));
  proxy.interference = {
    request: (passing) => {
      sent.push(`${passing.method} ${passing.path}`);
      passes(passing);
      return undefined;
    },
    answer: (passing) => faults?.(passing),
  };
}, seconds(60));

afterAll(() => proxy.stop());

beforeEach(() => {
  faults = undefined;
});

/**
 * Examines the release as somebody with these rules, as a user would.
 * @param interruptAt the request at which the user presses Ctrl-C
 */
async function audit(
  auditor: string,
  rules: readonly object[],
  selector = releaseSelector,
  interruptAt: (passing: ProxiedRequest) => boolean = () => false,
) {
  const { client, directory } = cluster;
  for (const object of accountObjects({ namespace: 'default', name: auditor, rules })) await client.apply(object);
  const kubeconfig = join(directory, `${auditor}.kubeconfig`);
  const proxied = JSON.parse(readFileSync(join(directory, 'proxied'), 'utf8')) as { users: { user: { token: string } }[] };
  const token = await requestToken(client, 'default', auditor);
  writeFileSync(kubeconfig, JSON.stringify({ ...proxied, users: proxied.users.map((user) => ({ ...user, user: { token } })) }));
  const reports = join(directory, auditor);
  const options = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', 'proxy', '--audit', selector];
  sent.length = 0;
  const { child, ended } = startCommand('e2e', [...options, '--reports', reports]);
  passes = (passing) => void (interruptAt(passing) && child.kill('SIGINT'));
  const report = () => JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
  return { ...(await ended), requests: [...sent], report };
}

test(
  'an audit examines a release, and sends nothing but what reads',
  async () => {
    const { code, stdout, report, requests } = await audit('auditor', auditorRules);

    const { verdict, requirements, leftovers, cluster } = report();
    const met = 'Known issue cronjob-step-invalid is met by CronJob default/nightly: ';
    expect(cluster.knownIssues).toEqual([expect.stringContaining(met)]);
    // Before anything is verified, and again with the result.
    expect(stdout.split('examining what is deployed')[0]).toContain(met);
    expect(stdout).toContain('Known issues that objects of this cluster meet (1)');
    const failed = requirements.filter(({ status }) => status === 'failed').map(({ id, actual: seen }) => `${id}: ${seen}`);
    expect(failed).toEqual([]);
    expect({ code, verdict, leftovers }).toEqual({ code: 0, verdict: 'partial', leftovers: [] });
    expect(stdout).not.toContain('which you may not');
    const passed = requirements.filter(({ status }) => status === 'passed').map(({ id }) => id);
    expect(passed).toEqual(
      expect.arrayContaining([
        'access/roles-grant-what-it-reads',
        'access/roles-grant-nothing-else',
        'endpoints/runs-the-tagged-release',
        'exposition/reads-strictly',
        'exposition/pod',
        'exposition/secret',
        'exposition/nothing-else',
        'consumers/label-joins',
      ]),
    );
    const skipped = requirements.find(({ id }) => id.startsWith('freshness/'));
    expect(skipped).toMatchObject({ status: 'skipped', reason: 'An audit changes nothing and installs nothing.' });
    const writes = requests.filter((request) => !request.startsWith('GET '));
    expect(new Set(writes)).toEqual(new Set(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']));
  },
  seconds(90),
);

test(
  'what the caller is not allowed to do is reported before the start, and what needs it is skipped with the reason',
  async () => {
    const rules = auditorRules.map((rule) => ({
      ...rule,
      resources: rule.resources.filter((resource) => !['secrets', 'pods/log', 'roles', 'cronjobs'].includes(resource)),
    }));

    const { code, stdout, report } = await audit('restricted', rules);

    const warning = /what needs this is skipped, as you may not: .*list secrets/.exec(stdout)?.index;
    expect(warning).toBeLessThan(stdout.indexOf('examining what is deployed'));
    expect(stdout).toContain(
      'Whether a CronJob meets a known issue (cronjob-step-invalid) was not examined: you may not list them.',
    );
    const reasonOf = (id: string) => report().requirements.find((result) => result.id === id);
    expect(reasonOf('exposition/secret')).toMatchObject({ status: 'skipped', reason: 'You may not list secrets.' });
    expect(reasonOf('access/log-without-forbidden')?.reason).toBe("You may not get pods/log in the exporter's namespace.");
    expect(reasonOf('access/roles-grant-nothing-else')?.reason).toBe('You may not list roles and their bindings.');
    expect([code, reasonOf('exposition/pod')?.status]).toEqual([0, 'passed']);
  },
  seconds(90),
);

/** Waits until the pods of a selector are Ready. */
async function readyPods(labelSelector: string, count: number): Promise<void> {
  await waitFor({
    what: `${count} pods Ready`,
    within: seconds(30),
    observe: () => cluster.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: releaseNamespace }, { labelSelector }),
    until: (pods) => pods.filter(isReady).length === count,
    describe: (pods) => `${pods.length} pods`,
  });
}

test(
  'shards that find their own places are audited as one exporter, all samples of both',
  async () => {
    for (const object of shardedRelease('v2.20.0')) await cluster.client.apply(object);
    await readyPods(shardSelector, 2);
    const rules = [...auditorRules, { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list'] }];

    const { report, requests } = await audit('auditor-of-shards', rules, shardSelector);

    const { requirements, target } = report();
    expect(target).toBe(`${releaseNamespace}/shards`);
    expect(requirements.filter(({ status }) => status === 'failed').map(({ id, actual }) => `${id}: ${actual}`)).toEqual([]);
    const observed = (id: string) => requirements.find((result) => result.id === id)?.observed;
    expect(observed('sharding/telemetry-agrees')).toBe('Pod shards-0 is shard 0 of 2, Pod shards-1 is shard 1 of 2');
    expect(observed('sharding/each-object-once')).toMatch(/^Pod shards-0: \d+ objects, Pod shards-1: \d+ objects$/);
    expect(observed('exposition/can-be-judged')).toContain('; ');
    expect(requests.filter((request) => /^(PUT|PATCH|DELETE) /.test(request))).toEqual([]);
  },
  seconds(120),
);

test(
  'an exporter of the pods without a node may have no sample, and everything else is verified',
  async () => {
    const applied = await Promise.all(releaseByNode('v2.20.0').map((object) => cluster.client.apply(object)));
    await readyPods(nodesSelector, 3);
    const rules = [...auditorRules, { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['get', 'list'] }];

    const { report } = await audit('auditor-of-nodes', rules, nodesSelector);
    for (const object of applied) await cluster.client.remove(object);

    const { requirements } = report();
    expect(requirements.filter(({ status }) => status === 'failed').map(({ id, actual }) => `${id}: ${actual}`)).toEqual([]);
    const passed = requirements.filter(({ status }) => status === 'passed').map(({ id }) => id);
    expect(passed).toEqual(expect.arrayContaining(['endpoints/metrics', 'sharding/pods-by-node', 'exposition/pod']));
  },
  seconds(120),
);

test(
  'a selector that finds no exporter is answered with the one that is there',
  async () => {
    const { code, stderr } = await audit('mistaken', auditorRules, 'app=kube-state-metrics');

    expect(code).toBe(2);
    expect(stderr).toContain(`The cluster has ${releaseNamespace}/prom-stack-kube-state-metrics: use its labels.`);
  },
  seconds(60),
);

describe('an API server that fails', () => {
  const failure = (message: string) => JSON.stringify({ kind: 'Status', reason: 'Planted', message });

  test(
    'each read fails once, a group has no answer: what comes of the audit is the same, and the group is named',
    async () => {
      const failed = new Set<string>();
      const absent = { name: 'metrics.k8s.io', versions: [{ groupVersion: 'metrics.k8s.io/v1beta1' }] };
      faults = ({ method, path }) => {
        if (path.startsWith('/apis/metrics.k8s.io'))
          return async (answer) => ({ ...answer, status: 503, body: failure('no endpoints') });
        if (failed.has(`${method} ${path}`)) {
          if (path !== '/apis') return undefined;
          return async (answer) => ({
            ...answer,
            body: answer.body.replace('"groups":[', `"groups":[${JSON.stringify(absent)},`),
          });
        }
        failed.add(`${method} ${path}`);
        if (path.includes('/proxy')) return undefined;
        return async (answer) => ({ ...answer, status: failed.size % 2 ? 500 : 429, body: failure('not now') });
      };

      const { code, stdout, report } = await audit('patient', auditorRules);

      const { verdict, requirements } = report();
      const notMet = requirements.filter(({ status }) => status === 'failed').map(({ id, actual: seen }) => `${id}: ${seen}`);
      expect(notMet).toEqual([]);
      expect({ code, verdict }).toEqual({ code: 0, verdict: 'partial' });
      expect(stdout).toContain('The aggregated API metrics.k8s.io/v1beta1 is unavailable');
      expect(requirements.find(({ id }) => id === 'exposition/pod')?.status).toBe('passed');
    },
    seconds(90),
  );

  test(
    'one that fails for good ends the audit with a sentence and exit code 3',
    async () => {
      faults = ({ path }) =>
        path === '/apis' ? async (answer) => ({ ...answer, status: 503, body: failure('etcd has no leader') }) : undefined;

      const { code, stderr, report } = await audit('unlucky', auditorRules);

      expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
      expect(report()).toMatchObject({ verdict: 'infrastructure', requirements: expect.any(Array) });
      expect(report().reason).toMatch(/^GET \/apis: 503 Planted: etcd has no leader \(5 attempts in .* s\)$/);
    },
    seconds(60),
  );

  test(
    'Ctrl-C ends the discovery of one that hangs',
    async () => {
      faults = ({ path }) => (path === '/apis' ? () => new Promise(() => undefined) : undefined);

      const { code, stderr } = await audit('impatient', auditorRules, releaseSelector, ({ path }) => path === '/apis');

      expect(code).toBe(130);
      expect(stderr).not.toContain(' at ');
    },
    seconds(20),
  );
});
