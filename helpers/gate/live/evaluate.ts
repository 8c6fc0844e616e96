import { InfrastructureError } from '../../errors.ts';
import { reachedAt } from '../../exporter/ports.ts';
import { admittedLabels, policiesOf, scrapeAccess, scrapeRules } from '../../exporter/secured.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { accountObjects } from '../../kube/service-account.ts';
import { Prometheus } from '../../prometheus/prometheus.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import type { TargetLabels } from '../../prometheus/rules/surface.ts';
import { prometheusFiles, refusedGroups, ruleFiles } from '../rules/evaluate.ts';
import type { Sides } from './readings.ts';

export interface EvaluationRequest {
  readonly objects: OwnedObjects;
  /** The image of Prometheus. */
  readonly image: string;
  readonly namespace: string;
  /** The cluster's DNS domain. */
  readonly domain: string;
  readonly targets: Sides<Target>;
  readonly labels: TargetLabels;
  readonly sources: readonly RuleSource[];
}

/** The largest ConfigMap, less what other files and its own metadata take. Source: Kubernetes, 'ConfigMaps', 1 MiB. */
const MOST_RULE_BYTES = 900_000;

/** The scrape interval of both. */
export const INTERVAL_SECONDS = 2;

/** A Prometheus a side, each of which sees its exporter as the user's own scrape job does, with all rule groups. */
export interface SidePrometheuses {
  readonly prometheuses: Sides<Prometheus>;
  /** Why the rule groups are not loaded, as a sentence; undefined when they are. */
  readonly unloaded?: string;
}

/** Creates a Prometheus a side; they are Ready later. */
export async function createPrometheuses(client: KubeClient, request: EvaluationRequest): Promise<SidePrometheuses> {
  const files = ruleFiles(request.sources);
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= MOST_RULE_BYTES) return { prometheuses: await createBoth(client, request, files) };
  const unloaded = `The rule groups have ${bytes} bytes, and a ConfigMap holds no more than ${MOST_RULE_BYTES}: expressions were evaluated without the series that they record.`;
  return { prometheuses: await createBoth(client, request, {}), unloaded };
}

/**
 * Waits until each Prometheus is Ready; where one does not accept the rule groups, both are created again without them.
 * @throws InfrastructureError when one does not start without them either
 */
export async function readyPrometheuses(
  client: KubeClient,
  request: EvaluationRequest,
  created: SidePrometheuses,
): Promise<SidePrometheuses> {
  try {
    await Promise.all(Object.values(created.prometheuses).map((prometheus) => prometheus.ready()));
    return created;
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    const unloaded = refusedGroups(await created.prometheuses.old.log());
    if (unloaded === undefined) throw error;
    const prometheuses = await createBoth(client, request, {}, '-without-rules');
    await Promise.all(Object.values(prometheuses).map((prometheus) => prometheus.ready()));
    return { prometheuses, unloaded };
  }
}

/**
 * Creates the account with whose token a Prometheus scrapes an exporter that requires one.
 * @returns its name; undefined where nothing requires a token
 */
async function createAccount(
  objects: OwnedObjects,
  target: Target,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string | undefined> {
  const rules = scrapeRules(target);
  if (rules.length === 0) return undefined;
  for (const object of accountObjects({ namespace, name, roleName: `${namespace}-${name}`, rules })) await objects.create(object);
  return name;
}

/**
 * Where the Prometheus of a side runs, and with which labels: in the gate's namespace, or, where a NetworkPolicy of the side lets in only
 * scrapers of its own namespace, there and with the labels that it names.
 */
export function placeOf(target: Pick<Target, 'objects' | 'podLabels' | 'namespace'>, namespace: string) {
  const labels = admittedLabels(policiesOf(target));
  return labels === undefined ? { namespace } : { namespace: target.namespace, labels };
}

async function createBoth(
  client: KubeClient,
  { objects, image, namespace: common, domain, targets, labels }: EvaluationRequest,
  rules: Readonly<Record<string, string>>,
  suffix = '',
): Promise<Sides<Prometheus>> {
  const create = async (side: keyof Sides<unknown>) => {
    const target = targets[side];
    const dns = { names: [target.fqdn(domain)], type: 'A', port: reachedAt(target.ports.metrics), refresh_interval: '2s' };
    const discovery = { dns_sd_configs: [dns], ...scrapeAccess(target) };
    const files = prometheusFiles({ discovery, intervalSeconds: INTERVAL_SECONDS }, labels, rules);
    const name = `prometheus-${side}${suffix}`;
    const place = placeOf(target, common);
    const account = await createAccount(objects, target, { namespace: place.namespace, name });
    return Prometheus.create(client, objects, { image, ...place, name, files, ...(account !== undefined && { account }) });
  };
  const [old, now] = await Promise.all([create('old'), create('new')]);
  return { old, new: now };
}
