import { mutant } from '../../helpers/mutation/mutant.ts';
import { type Loose, objects } from '../../helpers/mutation/scrapes.ts';

export const exporterWasRestarted = mutant({
  sentence: 'The exporter was restarted meanwhile, and was Ready again in no time.',
  proxy: () =>
    objects(
      ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
      ({ items }) => {
        for (const { metadata, status } of items as (Loose & { status: { containerStatuses?: object[] } })[]) {
          if (!metadata.name.includes('kube-state-metrics')) continue;
          for (const container of status.containerStatuses ?? []) Object.assign(container, { restartCount: 1 });
        }
      },
    ),
  byItself: 'Whether it becomes Ready without a restart is looked at first.',
  fails: ['resilience/was-never-restarted'],
});
