import { verify, verifyNone } from '../../helpers/failure.ts';
import { formatAnswer, lookup, lookupA } from '../../helpers/suite/dns/lookup.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { waitFor } from '../../helpers/wait.ts';
import { healthByName, makeUnready, namesOfService, neighbour, switchablePod } from './pods.ts';
import { clusterIpAmongRecords, portRecordsMatchPods, propagation, recordsMatchPods } from './records.ts';

const source = 'Kubernetes, DNS for Services and Pods: Services';
const feature = 'headless-service';
/** Why the exporter may have no address: it is never Ready, or its liveness probe restarts it. */
const notReady = ['probes/becomes-ready', 'probes/liveness-is-declared'];

area('dns', () => {
  requirement(
    'headless',
    {
      sentence: "The Service's name does not resolve to a cluster IP.",
      source,
      feature,
      needs: ['probes/starts'],
      explainedBy: ['manifests/accepted-strictly', 'manifests/kinds-are-served', ...notReady],
    },
    async (context) => {
      const address = await clusterIpAmongRecords(context);

      verify(address === undefined, {
        expected: 'only addresses of pods, as the Service must be headless (clusterIP: None)',
        actual: `${address}, the cluster IP of ${context.target.service.metadata.name}`,
      });
    },
  );

  requirement(
    'resolves-to-ready-pods',
    {
      sentence: "The Service's name resolves to exactly the addresses of the ready pods.",
      source,
      feature,
      needs: ['probes/starts'],
      explainedBy: ['dns/headless', 'manifests/service-selects-the-pod', ...notReady],
    },
    async (context) => {
      const addresses = await recordsMatchPods(context);

      context.observed(addresses.join(', '));
    },
  );

  requirement(
    'leads-to-both-ports',
    {
      sentence: 'The SRV records of every named port lead to that port of the ready pods.',
      source: 'Kubernetes, DNS for Services and Pods: SRV records',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['manifests/ports-are-named', 'manifests/telemetry-port-is-named', 'dns/resolves-to-ready-pods'],
    },
    async (context) => {
      const { promises } = context.profile;
      const { metrics, telemetry } = context.target.ports;

      const servers = [
        ...(await portRecordsMatchPods(context, promises.ports.metrics, metrics)),
        ...(promises.ports.telemetry === undefined
          ? []
          : await portRecordsMatchPods(context, promises.ports.telemetry, telemetry)),
      ];

      context.observed(servers.join(', '));
    },
  );

  requirement(
    'refuses-a-wrong-name',
    { sentence: 'A name without a Service is answered with NXDOMAIN.', source: 'RFC 1035, section 4.1.1: NXDOMAIN', feature },
    async (context) => {
      const name = `not-${context.target.fqdn(context.cluster.domain)}`;

      const answer = await lookup(context, name, 'A');

      verify(answer.code === 'NXDOMAIN', { expected: `NXDOMAIN for ${name}`, actual: formatAnswer(answer) });
    },
  );

  requirement(
    'answers-by-name',
    {
      sentence: 'From a pod of the same namespace, the exporter answers under its full name and under every short name.',
      source: 'Kubernetes, DNS for Services and Pods: namespaces of Services',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['dns/resolves-to-ready-pods', 'endpoints/healthz'],
      makes: ['neighbour'],
    },
    async (context) => {
      const [pod] = await Promise.all([neighbour(context), context.exporter.servedPod()]);
      const names = namesOfService(context);

      const bodies = await Promise.all(names.map((name) => healthByName(context, pod, name)));

      verifyNone(
        names.map((name, index) => `${name}: ${bodies[index]}`).filter((line) => !line.endsWith(': OK')),
        'OK under each name',
      );
      context.observed(names.join(', '));
    },
  );

  requirement(
    'unready-pod-leaves',
    {
      sentence: 'A pod that becomes unready is removed from the DNS response while it keeps running.',
      source: 'Kubernetes, Pod lifecycle: container probes, readinessProbe',
      feature,
      explainedBy: ['dns/headless'],
      makes: ['neighbour'],
    },
    async (context) => {
      const { client, cluster, target, observed } = context;
      const name = target.fqdn(cluster.domain);
      const pod = await switchablePod(context);
      const address = pod.status?.podIP ?? 'no address';
      const addressIs = (where: 'in' | 'not in', until: (records: readonly string[]) => boolean) =>
        waitFor({
          what: `${pod.metadata.name} (${address}) ${where} the response for ${name}`,
          within: propagation,
          observe: () => lookupA(context, name),
          until,
          describe: (records) => records.join(', ') || 'no record',
        });

      try {
        await addressIs('in', (records) => records.includes(address));
        await makeUnready(context, pod);
        const unreadySince = performance.now();
        await addressIs('not in', (records) => !records.includes(address));
        const delay = (performance.now() - unreadySince) / 1000;
        observed(`${address} was removed from the response ${delay.toFixed(1)} s after the pod became unready`);
      } finally {
        // A pod that is left behind would be an address too many for the other requirements.
        await client.remove(pod, 0);
      }
    },
  );
});
