import { all, deployment, service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

const withoutVersion = (labels: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => key !== 'app.kubernetes.io/version'));

export const podsSayNoVersion = mutant({
  sentence: 'The pods have no version label, and no selector asks for one.',
  change: all(
    deployment(({ spec }) => {
      spec.selector = { matchLabels: withoutVersion(spec.selector?.matchLabels) };
      spec.template.metadata = { labels: withoutVersion(spec.template.metadata?.labels) };
    }),
    service(({ spec }) => {
      spec.selector = withoutVersion(spec.selector);
    }),
  ),
  fails: ['manifests/common-labels'],
});
