import { faults } from '../../fixtures/index.ts';
import { verifyNone } from '../../helpers/failure.ts';
import { inOwnNamespaces } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { seriesRepeatedFor } from './repeated-series.ts';

area(
  'exposition',
  () => {
    for (const fault of faults) {
      requirement(
        `no-duplicates-for-${fault.name}`,
        {
          sentence: `${fault.subject} does not make the exporter repeat a series.`,
          source: 'kube-state-metrics, its tracker: issues 2390, 2408, 2445 and 2834; Prometheus, Exposition formats',
          needs: ['endpoints/metrics'],
          only: inOwnNamespaces,
          explainedBy: [
            'access/lists-and-watches-what-it-reads',
            'exposition/no-duplicate-series',
            `exposition/${fault.group.toLowerCase()}`,
          ],
          ...(fault.group === 'Pod' && { makes: ['control-pod'] }),
        },
        async (context) => {
          verifyNone(await seriesRepeatedFor(context, fault), 'no repeated series');
        },
      );
    }
  },
  { serial: true },
);
