import { faults } from '../../fixtures/faults/repeated-series.ts';
import { verifyNone } from '../../helpers/failure.ts';
import { exposesOwn } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { wrongSeriesFor } from './fault-objects.ts';

area('exposition', { serial: true, whole: true }, () => {
  for (const fault of faults) {
    const { isRight, name, subject, source, group, resource } = fault;
    requirement(
      isRight ? `right-labels-for-${name}` : `no-duplicates-for-${name}`,
      {
        sentence: isRight ? `${subject} is exposed with these labels.` : `${subject} does not make the exporter repeat a series.`,
        source: `${source}; Prometheus, Exposition formats`,
        needs: ['endpoints/metrics'],
        explainedBy: [
          'access/lists-and-watches-what-it-reads',
          'exposition/no-duplicate-series',
          `exposition/${group.toLowerCase()}`,
        ],
        only: exposesOwn(resource, group),
        ...(group === 'Pod' && { makes: ['control-pod'] }),
      },
      async (context) => {
        verifyNone(await wrongSeriesFor(context, fault), isRight ? 'no wrong series' : 'no repeated series');
      },
    );
  }
});
