import { withoutPayload } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { counted } from './claims.ts';
import { podsOf } from './pods.ts';

export const containersStarted = counted('cluster:containers_started:count', async (context) => {
  const statuses = (await podsOf(context)).flatMap(({ status }) => status?.containerStatuses ?? []);
  return statuses.filter(({ state }) => state?.running ?? state?.terminated).length;
});

export const configMaps = counted(
  'cluster:config_maps:count',
  async ({ client }: RequirementContext) =>
    (await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, {}, withoutPayload)).length,
);
