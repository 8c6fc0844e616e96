import { mutant } from '../../helpers/mutation/mutant.ts';
import { objects } from '../../helpers/mutation/scrapes.ts';

export const endpointsLackAPort = mutant({
  sentence: "The Service's Endpoints lack the telemetry port.",
  proxy: () =>
    objects(
      ({ method, path }) => method === 'GET' && /\/endpoints\/[^/]+$/.test(path),
      (found) => {
        for (const subset of found.subsets as { ports: { name: string }[] }[]) {
          subset.ports = subset.ports.filter(({ name }) => name !== 'telemetry');
        }
      },
    ),
  fails: ['consumers/endpoints'],
});
