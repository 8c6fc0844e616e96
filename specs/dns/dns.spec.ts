import { verify, verifyNone } from '../../helpers/failure.ts';
import { formatAnswer, lookup, lookupA } from '../../helpers/suite/dns/lookup.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { waitFor } from '../../helpers/wait.ts';
import { clusterIpAmongRecords, portRecordsAgreeWithPods, propagation, recordsAgreeWithPods } from './agreement.ts';
import { healthByName, namesOfService, neighbour } from './inside.ts';
import { makeUnready, switchablePod } from './switchable-pod.ts';

const source = 'Kubernetes, DNS for Services and Pods: Services';
const feature = 'headless-service';
/** Why the exporter may have no address: it is never Ready, or its liveness probe restarts it. */
const notReady = ['probes/becomes-ready', 'probes/liveness-is-declared'];

area('dns', () => {
  requirement(
    'headless',
    {
      sentence: "No cluster IP is among the addresses of the Service's name.",
      source,
      feature,
      needs: ['probes/starts'],
      explainedBy: ['manifests/accepted-strictly', 'manifests/kinds-are-served', ...notReady],
    },
    async (context) => {
      const address = await clusterIpAmongRecords(context);

      verify(address === undefined, {
        expected: 'only addresses of pods, as the Service is to be headless (clusterIP: None)',
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
      const addresses = await recordsAgreeWithPods(context);

      context.observed(addresses.join(', '));
    },
  );

  requirement(
    'leads-to-both-ports',
    {
      sentence: 'The SRV records of both named ports lead to those ports of the ready pods.',
      source: 'Kubernetes, DNS for Services and Pods: SRV records',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['manifests/ports-are-named', 'dns/resolves-to-ready-pods'],
    },
    async (context) => {
      const { promises } = context.profile;
      const { metrics, telemetry } = context.target.ports;

      const servers = [
        ...(await portRecordsAgreeWithPods(context, promises.ports.metrics, metrics)),
        ...(await portRecordsAgreeWithPods(context, promises.ports.telemetry, telemetry)),
      ];

      context.observed(servers.join(', '));
    },
  );

  requirement(
    'refuses-a-wrong-name',
    { sentence: 'A name that no Service has does not exist.', source: 'RFC 1035, section 4.1.1: NXDOMAIN', feature },
    async (context) => {
      const name = `not-${context.target.fqdn(context.cluster.domain)}`;

      const answer = await lookup(context, name, 'A');

      verify(answer.code === 'NXDOMAIN', { expected: `NXDOMAIN for ${name}`, actual: formatAnswer(answer) });
    },
  );

  requirement(
    'answers-by-name',
    {
      sentence: 'In a pod, the exporter answers under its full name and under every short one.',
      source: 'Kubernetes, DNS for Services and Pods: namespaces of Services',
      feature,
      needs: ['probes/starts'],
      explainedBy: ['dns/resolves-to-ready-pods', 'endpoints/healthz'],
      makes: ['neighbour'],
    },
    async (context) => {
      const pod = await neighbour(context);
      const ask = async (name: string) => ({ name, answer: await healthByName(context, pod, name) });

      const answers = await Promise.all(namesOfService(context).map(ask));

      const silent = answers.filter(({ answer }) => answer !== 'OK');
      verifyNone(
        silent.map(({ name, answer }) => `${name}: ${answer}`),
        'OK under each of its names',
      );
      context.observed(answers.map(({ name }) => name).join(', '));
    },
  );

  requirement(
    'unready-pod-leaves',
    {
      sentence: 'A pod that stops being ready leaves the answer, though it goes on running.',
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
      const answer = (what: string, until: (records: readonly string[]) => boolean) =>
        waitFor({
          what: `${pod.metadata.name} (${address}) ${what} the answer for ${name}`,
          within: propagation,
          observe: () => lookupA(context, name),
          until,
          describe: (records) => records.join(', ') || 'no record',
        });

      try {
        await answer('in', (records) => records.includes(address));
        await makeUnready(context, pod);
        const begun = performance.now();
        await answer('out of', (records) => !records.includes(address));
        observed(
          `${address} left the answer ${((performance.now() - begun) / 1000).toFixed(1)} s after it had stopped being ready`,
        );
      } finally {
        // A pod that is left behind would be an address too many for the other requirements.
        await client.remove(pod, 0);
      }
    },
  );
});
