import { mutant } from '../../helpers/mutation/mutant.ts';
import { objects } from '../../helpers/mutation/scrapes.ts';

export const slicesNameAStranger = mutant({
  sentence: "The Service's EndpointSlices name one more address.",
  proxy: () =>
    objects(
      ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
      ({ items }) => {
        for (const slice of items as { endpoints: object[] }[]) slice.endpoints.push({ addresses: ['10.42.0.250'] });
      },
    ),
  fails: ['consumers/endpoint-slices'],
});
