import { ApiError } from '../../helpers/kube/api-error.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Page } from '../../helpers/kube/pages.ts';
import { simulatedCluster } from '../testing.ts';

const cluster = simulatedCluster('file');
const path = '/api/v1/namespaces/default/configmaps';
const selector = { labelSelector: 'paged=true' };

function configMap(index: number) {
  const metadata = { namespace: 'default', name: `paged-${index}`, labels: { paged: 'true' } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { planted: 'payload' } };
}

const page = (query: Record<string, string | number>) =>
  cluster.client.call<Page<KubernetesObject> & { metadata: { remainingItemCount?: number; resourceVersion: string } }>(
    'GET',
    path,
    {
      query: { ...selector, ...query },
    },
  );

beforeAll(async () => {
  for (let index = 0; index < 7; index++) await cluster.client.create(configMap(index));
});

test('a list of pages is of the moment at which it was begun', async () => {
  const first = await page({ limit: 3 });
  expect(first.items).toHaveLength(3);
  expect(first.metadata.remainingItemCount).toBe(4);
  await cluster.client.create(configMap(7));
  const second = await page({ limit: 3, continue: first.metadata.continue ?? '' });
  const last = await page({ limit: 3, continue: second.metadata.continue ?? '' });
  expect([second.items?.length, last.items?.length, last.metadata.continue]).toEqual([3, 1, undefined]);
  expect(last.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
});

test('a token that is not known any more is refused with 410', async () => {
  const refused = page({ limit: 3, continue: 'of another time' });
  await expect(refused).rejects.toThrow(ApiError);
  await expect(refused).rejects.toMatchObject({ status: 410, reason: 'Expired' });
});

test('the client reads more objects than a page has, each once', async () => {
  for (let index = 8; index < 620; index++) await cluster.client.create(configMap(index));
  const listed = await cluster.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }, selector);
  expect(new Set(listed.map(({ metadata }) => metadata.name)).size).toBe(620);
  expect(listed).toHaveLength(620);
}, 60_000);
