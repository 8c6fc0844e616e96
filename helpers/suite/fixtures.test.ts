import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Reference } from '../kube/reference.ts';
import { createAdmitted, fixturesSettled, unsettledFixtures } from './fixtures.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'unschedulable' } };
const forbidden = (details: string) => new ApiError('PATCH', '/api/v1/pods', 403, 'Forbidden', details);

describe('an object that refers to another one', () => {
  test('is sent again while admission does not know the other', async () => {
    const answers = [forbidden('no PriorityClass with name low was found'), pod];

    const created = await createAdmitted(pod, async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? pod;
    });

    expect(created).toBe(pod);
    expect(answers).toEqual([]);
  });

  test('is not sent again when it is refused for another reason', async () => {
    let sent = 0;
    const refused = createAdmitted(pod, async () => {
      sent += 1;
      throw forbidden('exceeded quota');
    });

    await expect(refused).rejects.toThrow('exceeded quota');
    expect(sent).toBe(1);
  });
});

describe('fixtures that do not exist', () => {
  const clientThat = (find: () => Promise<undefined>) =>
    ({ mapper: { serves: () => true }, find, connection: { agent: {} } }) as unknown as KubeClient;
  const client = clientThat(async () => undefined);
  const run = { id: 'a1b2c3', clusterKind: 'simulated', kubernetes: 'v1.34.1', workloadImage: 'busybox:1.36' } as const;

  test('are not in their states, and are named', async () => {
    expect(await unsettledFixtures(client, run, 0)).toContain('pod-running');
    await expect(fixturesSettled(client, run, 0)).rejects.toThrow('pod-running');
  });

  test('are waited for once, by whichever area comes first', async () => {
    let reads = 0;
    const counting = clientThat(async () => {
      reads += 1;
      return undefined;
    });
    await expect(fixturesSettled(counting, run, 0)).rejects.toThrow('pod-running');
    const first = reads;

    await expect(fixturesSettled(counting, run, 60_000)).rejects.toThrow('pod-running');

    expect(first).toBeGreaterThan(0);
    expect(reads).toBe(first);
  });

  test('count as settled once they have been in a state that recurs, whatever state they are in later', async () => {
    const reasons: Readonly<Record<string, string>> = {
      'crash-looping': 'CrashLoopBackOff',
      'image-missing': 'ErrImageNeverPull',
      'configuration-missing': 'CreateContainerConfigError',
    };
    const asked = new Set<string>();
    const find = async ({ name }: Reference) => {
      const isFirst = !asked.has(name);
      asked.add(name);
      const reason = reasons[name];
      return isFirst && reason ? { status: { containerStatuses: [{ state: { waiting: { reason } } }] } } : undefined;
    };
    const settling = fixturesSettled({ ...client, find, connection: { agent: {} } } as unknown as KubeClient, run, 600);

    await expect(settling).rejects.toMatchObject({ actual: expect.stringContaining('pod-running') });
    await expect(settling).rejects.not.toMatchObject({ actual: expect.stringContaining('pod-waiting') });
  });

  test('are not waited for in an audit', async () => {
    expect(await unsettledFixtures(client, { ...run, audit: { unreadable: [] } }, 0)).toEqual([]);
  });
});
