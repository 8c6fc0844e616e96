import { argument } from '../../helpers/suite/mutant/changes.ts';
import type { Interference, ProxiedRequest } from '../../helpers/suite/mutant/interference.ts';
import { dropped, everyLine, withBody } from '../../helpers/suite/mutant/lines.ts';
import { type Mutant, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission, answers, isScrape } from '../../helpers/suite/mutant/scrapes.ts';

type WithArguments = { args: string[] };

const isCopyWith = (name: string, option: string) => name.startsWith(`settings-${option}-`);

/** Removes an option from the arguments of the copy that is to try it, as if the exporter ignored it. */
const ignoring = (option: string) => (): Interference =>
  admission('pods', ({ metadata, spec }) => {
    if (!isCopyWith(metadata.name, option)) return;
    for (const container of spec.containers as WithArguments[]) {
      container.args = container.args.filter((text) => !text.startsWith(`--${option}=`) && text !== `--${option}`);
    }
  });

/** Removes lines from the scrapes of the copy that tries an option. */
const losing = (option: string, isLost: (line: string) => boolean) => (): Interference =>
  answers(
    (passing: ProxiedRequest) => isScrape(passing) && passing.path.includes(`/pods/settings-${option}-`),
    withBody(everyLine(isLost, dropped)),
  );

const ownCopy = 'Each setting has a copy of its own, of which only this one is changed.';

const ignored = (option: string, effect: string, target: Mutant['target'] = 'agent'): Mutant =>
  mutant(`${option}-is-ignored`, {
    sentence: `The exporter ignores --${option}: ${effect}`,
    target,
    proxy: ignoring(option),
    byItself: ownCopy,
    fails: [`settings/${option}`],
  });

export const settingsMutants = [
  mutant('denylist-removes-a-default-family', {
    sentence: 'An argument removes a family that nothing but the accounting knows.',
    change: argument('--metric-denylist=^kube_pod_ips$'),
    fails: ['settings/keeps-default-families'],
  }),
  mutant('resources-remove-a-default', {
    sentence: 'The exporter reads only some of the default resources.',
    change: argument('--resources=configmaps,namespaces,nodes,persistentvolumes,pods,secrets,storageclasses'),
    byItself: 'Requirements of other areas expect the default resources as well.',
    fails: ['settings/keeps-default-families'],
  }),
  ignored('namespaces', 'it exposes the objects of every namespace.', 'current'),
  ignored('namespaces-denylist', 'it exposes the objects of the denied namespaces as well.'),
  mutant('namespaces-denylist-loses-nodes', {
    sentence: 'With --namespaces-denylist, the exporter exposes no cluster-scoped object.',
    proxy: losing('namespaces-denylist', (line) => /\bkube_(namespace|node|persistentvolume|storageclass)_/.test(line)),
    fails: ['settings/namespaces-denylist'],
  }),
  ignored('metric-allowlist', 'it exposes every family.'),
  ignored('metric-denylist', 'it exposes the denied families as well.'),
  ignored('metric-labels-allowlist', 'it exposes no label.'),
  ignored('metric-annotations-allowlist', 'it exposes no annotation.'),
  ignored('resources', 'it reads the default resources.'),
  mutant('apiserver-cache-loses-a-node', {
    sentence: 'With --use-apiserver-cache, the exporter exposes no Node.',
    proxy: losing('use-apiserver-cache', (line) => line.startsWith('kube_node_')),
    byItself: ownCopy,
    fails: ['settings/use-apiserver-cache'],
  }),
  ignored('object-limit', 'it exposes all objects.', 'current'),
  ignored('enable-gzip-encoding', 'its response is not compressed.'),
];
