import { accountObjects } from '../../helpers/kube/account-objects.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { Prometheus } from '../../helpers/prometheus/prometheus.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { type Cast, makeCast } from './cast.ts';
import { prometheusConfiguration } from './configuration.ts';
import { paceOf } from './pace.ts';
import { RELEASE } from './release-label.ts';
import { ruleFiles } from './rule-files.ts';

/** The rights of the standard scrape job. Source: Prometheus, kubernetes_sd_config: what each role lists and watches. */
const discoveryRules = [{ apiGroups: [''], resources: ['endpoints', 'pods', 'services'], verbs: ['get', 'list', 'watch'] }];

/** What all scenarios have in common: who watches, and what there is to see. */
export interface Stage extends Cast {
  readonly prometheus: Prometheus;
  /** A copy of the exporter that is told to expose the label by which a rule joins. */
  readonly copy: Pod;
}

/** The one stage of a run, made when it is first asked for: Prometheus is Ready, and has begun to look. */
export const stageOf = memoizePerContext(makeStage);

async function makeStage(context: RequirementContext): Promise<Stage> {
  // All at once, so that what takes its time to begin does so beside the others.
  const [copy, cast] = await Promise.all([tellingLabels(context), makeCast(context)]);
  const prometheus = await applyPrometheus(context, copy);
  await prometheus.ready();
  return { ...cast, copy, prometheus };
}

async function applyPrometheus(context: RequirementContext, copy: Pod): Promise<Prometheus> {
  const { client, cluster, objects, profile, run, scratch, target } = context;
  const namespace = await scratch.namespace();
  const account = `conformance-${run.id}-prometheus`;
  await Promise.all(accountObjects({ namespace, name: account, rules: discoveryRules }).map((object) => scratch.create(object)));
  const { domain } = cluster;
  const port = profile.promises.ports.metrics;
  const pace = await paceOf(context);
  return Prometheus.create(client, objects, {
    namespace,
    name: 'prometheus',
    image: run.prometheusImage,
    account,
    spec: tolerating(profile),
    files: {
      'prometheus.yml': prometheusConfiguration({ target, domain, port, copy: copy.metadata.name, interval: pace.duration }),
      ...ruleFiles(pace.restartWindow),
    },
  });
}

/** Whatever the deployment's own is told. */
function tellingLabels(context: RequirementContext): Promise<Pod> {
  const args = [...(context.target.container.args ?? []), `--metric-labels-allowlist=pods=[${RELEASE}]`];
  return copyOfExporter(context, { name: 'telling-labels', container: { args } });
}
