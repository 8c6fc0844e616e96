import { mutant } from '../../helpers/mutation/mutant.ts';
import { objects } from '../../helpers/mutation/scrapes.ts';

export const livenessRestartsNothing = mutant({
  sentence: 'The cluster restarts nothing whose liveness probe fails.',
  proxy: () =>
    objects(
      ({ method, path }) => method === 'GET' && path.includes('/pods/not-alive-') && !path.includes('/proxy'),
      (pod) => {
        const { containerStatuses = [] } = (pod.status ?? {}) as { containerStatuses?: Record<string, unknown>[] };
        for (const status of containerStatuses) Object.assign(status, { restartCount: 0 });
      },
    ),
  fails: ['probes/liveness-restarts'],
});
