import { mutant } from '../../helpers/mutation/mutant.ts';
import { admission } from '../../helpers/mutation/scrapes.ts';

export const labelsAreNotTold = mutant({
  sentence: 'The exporter ignores which labels of pods it is to tell.',
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (!metadata.name.startsWith('telling-labels-')) return;
      for (const one of spec.containers as { args: string[] }[]) {
        one.args = one.args.filter((text) => !text.startsWith('--metric-labels-allowlist'));
      }
    }),
  fails: ['scenarios/readiness-by-release'],
});
