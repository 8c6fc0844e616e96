import { verify, verifyNone } from '../../helpers/failure.ts';
import { exposes, exposesCustomResources, exposesOwn, since } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { findingsOfEach, scrapeFreshCopy } from '../../helpers/suite/scrape.ts';
import {
  accountingsOfRun,
  configMapsFromBeforeTheStart,
  unsettledFixturesOfRun,
  verifyGroup,
  verifyNothingElse,
} from './accounting.ts';
import { verifyCustomResources } from './custom-resources.ts';
import {
  disagreementsOfReaders,
  familiesWithoutHeader,
  samplesWithTimestamp,
  strictlyRead,
  violationsExcept,
  violationsOf,
  withLines,
} from './strictness.ts';

const textFormat = 'Prometheus, Exposition formats: text format 0.0.4';
const needs = ['endpoints/metrics'];
/** Why samples of an object may be missing: the exporter may not read it, or a line that cannot be read hides them. */
const explainedBy = ['access/lists-and-watches-what-it-reads', 'exposition/reads-strictly'];

/** Also verified in an audit that may use the proxy. */
const reads = ['proxy'] as const;

/** The metric groups of the exporter's documentation, and their resources. */
const groups = {
  CronJob: 'cronjobs',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  Job: 'jobs',
  LimitRange: 'limitranges',
  Node: 'nodes',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  PodDisruptionBudget: 'poddisruptionbudgets',
  ReplicaSet: 'replicasets',
  ReplicationController: 'replicationcontrollers',
  ResourceQuota: 'resourcequotas',
  Service: 'services',
  StatefulSet: 'statefulsets',
  Namespace: 'namespaces',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Endpoints: 'endpoints',
  EndpointSlice: 'endpointslices',
  Secret: 'secrets',
  ConfigMap: 'configmaps',
  Ingress: 'ingresses',
  IngressClass: 'ingressclasses',
  CertificateSigningRequest: 'certificatesigningrequests',
  StorageClass: 'storageclasses',
  VolumeAttachment: 'volumeattachments',
  Lease: 'leases',
  NetworkPolicy: 'networkpolicies',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

area('exposition', { whole: true }, () => {
  requirement(
    'reads-strictly',
    { sentence: 'The exposition violates no rule of the text format.', source: textFormat, needs, reads },
    async (context) => {
      const scrapes = await strictlyRead(context);

      verifyNone(
        findingsOfEach(scrapes, (scrape) => violationsExcept(scrape, ['duplicate-series'])),
        'no violation of the text format',
      );
      for (const { samples, families } of scrapes) context.observed(`${samples} samples in ${families.size} families`);
    },
  );

  requirement(
    'no-duplicate-series',
    { sentence: 'No series is exposed twice: Prometheus rejects such a scrape.', source: textFormat, needs, reads },
    async (context) => {
      const scrapes = await strictlyRead(context);

      verifyNone(
        findingsOfEach(scrapes, (scrape) => violationsOf(scrape, ['duplicate-series'])),
        'no repeated series',
      );
    },
  );

  requirement(
    'help-and-type',
    {
      sentence: 'Every family has HELP and TYPE.',
      source: textFormat,
      needs,
      explainedBy: ['exposition/reads-strictly'],
      reads,
    },
    async (context) => {
      verifyNone(findingsOfEach(await strictlyRead(context), familiesWithoutHeader), 'HELP and TYPE of every family');
    },
  );

  requirement(
    'without-timestamps',
    {
      sentence: 'No sample has a timestamp, so that Prometheus uses the time of the scrape.',
      source: 'Prometheus, Writing exporters: scheduling',
      needs,
      explainedBy: ['exposition/reads-strictly'],
      reads,
    },
    async (context) => {
      const scrapes = await strictlyRead(context);

      verifyNone(findingsOfEach(scrapes, samplesWithTimestamp), 'no timestamp');
      const samples = scrapes.reduce((sum, scrape) => sum + scrape.samples, 0);
      context.observed(`none of ${samples} samples has a timestamp`);
    },
  );

  requirement(
    'second-reader-agrees',
    {
      sentence: 'An independent reader finds the same families, types, labels and values.',
      source: 'This suite: parse-prometheus-text-format as the second reader',
      needs,
      explainedBy: ['exposition/reads-strictly', 'exposition/no-duplicate-series'],
      reads,
    },
    async (context) => {
      const scrapes = await strictlyRead(context);

      verifyNone(findingsOfEach(scrapes, disagreementsOfReaders), 'agreement on every family');
      for (const { agreed, excused } of scrapes.map(({ comparison }) => comparison))
        context.observed(`${agreed} families agreed on, ${excused.length} excused by known faults of the second reader`);
    },
  );

  requirement(
    'openmetrics',
    {
      sentence: 'A scraper that accepts OpenMetrics gets an exposition that violates no rule of OpenMetrics.',
      source: 'OpenMetrics 1.0',
      needs: ['probes/starts'],
      explainedBy: ['endpoints/metrics'],
      only: since('2.8'),
    },
    async (context) => {
      const scrape = await scrapeFreshCopy(context, 'openmetrics');

      verifyNone(violationsExcept(await withLines(scrape, scrape.answer.source), []), 'no violation of OpenMetrics 1.0');
      const { samples, families } = scrape.exposition;
      verify(samples > 0, { expected: 'an exposition with samples', actual: 'one without samples' });
      context.observed(`${samples} samples in ${families.size} families`);
    },
  );

  requirement(
    'fixtures-settle',
    { sentence: 'Every fixture reaches its state.', source: 'This suite: fixtures/' },
    async (context) => verifyNone(await unsettledFixturesOfRun(context), 'every fixture in its state'),
  );

  requirement(
    'can-be-judged',
    {
      sentence: 'The exporter answers scrapes while the objects do not change.',
      source: 'This suite: fixtures/',
      needs,
      explainedBy: ['exposition/reads-strictly'],
      reads,
    },
    async (context) => {
      for (const { samples, explained, compared, rounds } of await accountingsOfRun(context))
        context.observed(`${explained} of ${samples} samples explained, ${compared} objects compared in ${rounds} round(s)`);
    },
  );

  for (const [kind, resource] of Object.entries(groups)) {
    requirement(
      kind.toLowerCase(),
      {
        sentence: `Every ${kind} has exactly the samples that follow from the live object, with its labels and values.`,
        source: `kube-state-metrics, docs: ${kind} metrics`,
        needs: ['exposition/can-be-judged'],
        explainedBy,
        only: exposes(resource, kind),
        reads,
      },
      (context) => verifyGroup(context, resource, kind),
    );
  }

  requirement(
    'custom-resources',
    {
      sentence: 'Every custom resource has exactly the samples that the configuration of custom resource state defines.',
      source: 'kube-state-metrics, docs: custom resource state metrics',
      needs: ['exposition/can-be-judged'],
      explainedBy,
      only: exposesCustomResources,
      reads,
    },
    verifyCustomResources,
  );

  requirement(
    'nothing-else',
    {
      sentence: 'Every sample belongs to a resource that the exporter reads.',
      source: 'kube-state-metrics, docs: exposed metrics',
      needs: ['exposition/can-be-judged'],
      explainedBy: ['exposition/reads-strictly'],
      reads,
    },
    verifyNothingElse,
  );

  requirement(
    'lists-what-was-there-before',
    {
      sentence: 'Objects that existed before the exporter started are exposed as well.',
      source: 'Kubernetes, API concepts: list, then watch',
      needs,
      explainedBy: [...explainedBy, 'exposition/can-be-judged', 'exposition/configmap'],
      only: exposesOwn('configmaps', 'ConfigMap'),
      reads,
    },
    async (context) => {
      const { older, missing } = await configMapsFromBeforeTheStart(context);

      verify(older > 0, { expected: "ConfigMaps that are older than the exporter's process", actual: 'none' });
      verifyNone(missing, 'a sample of every older ConfigMap');
      context.observed(`${older} ConfigMaps are older than the exporter's process`);
    },
  );
});
