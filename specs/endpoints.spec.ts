import { verify } from '../helpers/requirement/failure.ts';
import { area, requirement } from '../helpers/requirement/requirement.ts';

const source = 'kube-state-metrics, docs: health endpoints';

area('endpoints', () => {
  requirement(
    'healthz',
    { sentence: '/healthz on the metrics port says OK.', source, needs: ['probes/becomes-ready'] },
    async ({ exporter }) => {
      const { status, body } = await exporter.metricsPort('/healthz');

      verify(status === 200 && body.trim() === 'OK', { wanted: '200 and OK', seen: `${status} and ${JSON.stringify(body.slice(0, 200))}` });
    },
  );
});
