import { NotApplicable, verifyNone } from '../../helpers/failure.ts';
import { describePod, type Pod, restartedWithin, restarts } from '../../helpers/kube/pod.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { seconds } from '../../helpers/wait.ts';
import { restartsOnFailingLiveness, staysOutOfDns } from './copies.ts';
import { describeDocumentedProbe, probeDifferences, verifyProbeUrl } from './declared.ts';

const hour = seconds(3600);
const feature = 'documented-probes';
const source = 'Kubernetes, Pod lifecycle: container probes; the guide, Deployment: probes';

const otherContainers = ({ spec }: Pod, exporter: string): readonly string[] =>
  spec.containers.map(({ name }) => name).filter((name) => name !== exporter);

area('probes', { concurrent: true }, () => {
  requirement(
    'liveness-is-declared',
    {
      sentence: 'The container has the liveness probe that the release documents.',
      source,
      feature,
      // A probe that cannot succeed is not the documented one either.
      explainedBy: ['secured/probes-answer'],
      reads: [],
    },
    async (context) =>
      verifyNone(probeDifferences(context, 'liveness'), `a liveness probe: ${describeDocumentedProbe(context, 'liveness')}`),
  );

  requirement(
    'readiness-is-declared',
    {
      sentence: 'The container has the readiness probe that the release documents.',
      source,
      feature,
      // A probe that cannot succeed is not the documented one either.
      explainedBy: ['secured/probes-answer'],
      reads: [],
    },
    async (context) =>
      verifyNone(probeDifferences(context, 'readiness'), `a readiness probe: ${describeDocumentedProbe(context, 'readiness')}`),
  );

  requirement(
    'starts',
    {
      sentence: "The exporter's container starts, and its process runs for 10 s, answers scrapes completely, or is Ready.",
      source: 'Kubernetes, Pod lifecycle: container states',
      explainedBy: [
        'manifests/kinds-are-served',
        'manifests/accepted-strictly',
        'scheduling/tolerates-control-plane',
        'sharding/may-find-its-shard',
      ],
      reads: [],
    },
    async ({ exporter, observed }) => observed(describePod(await exporter.pod())),
  );

  requirement(
    'sidecars-start',
    {
      sentence: "Every other container of the exporter's pod starts.",
      source: 'Kubernetes, Pod lifecycle: container states',
      needs: ['probes/starts'],
      reads: [],
    },
    async ({ exporter, target, observed }) => {
      const names = otherContainers(await exporter.pod(), target.container.name);
      if (names.length === 0) throw new NotApplicable('The exporter is the only container of its pod.');
      observed(describePod(await exporter.podWithRunning(names)));
    },
  );

  requirement(
    'becomes-ready',
    {
      sentence:
        'The exporter becomes Ready within 60 s and none of its pods has been restarted; in an audit, not within the last hour.',
      source,
      needs: ['probes/starts'],
      explainedBy: [
        'probes/sidecars-start',
        'probes/liveness-is-declared',
        'probes/readiness-is-declared',
        'probes/liveness-url-answers',
        'probes/readiness-url-answers',
        'secured/probes-answer',
      ],
      reads: [],
    },
    async ({ run, exporter, observed }) => {
      await exporter.readyPod();
      // Of several pods, one that keeps ending may be hidden by the others.
      const pods = await exporter.pods();

      const restarted = pods.filter((pod) => (run.audit === undefined ? restarts(pod) > 0 : restartedWithin(pod, hour)));
      verifyNone(restarted.map(describePod), 'no restart');
      observed(pods.map(describePod).join('; '));
    },
  );

  requirement(
    'liveness-url-answers',
    {
      sentence: "The liveness probe's URL answers within the probe's timeout, with the body of its path.",
      source,
      needs: ['probes/starts'],
      explainedBy: ['probes/liveness-is-declared'],
      feature,
      reads: ['proxy'],
    },
    (context) => verifyProbeUrl(context, 'liveness'),
  );

  requirement(
    'readiness-url-answers',
    {
      sentence: "The readiness probe's URL answers within the probe's timeout, with the body of its path.",
      source,
      needs: ['probes/starts'],
      // Where the liveness probe fails, the container is restarted until it is in back-off.
      explainedBy: ['probes/readiness-is-declared', 'probes/liveness-is-declared'],
      feature,
      reads: ['proxy'],
    },
    (context) => verifyProbeUrl(context, 'readiness'),
  );

  requirement(
    'liveness-restarts',
    {
      sentence: 'A copy of the exporter whose liveness probe always fails is restarted.',
      source,
      needs: ['probes/starts'],
    },
    restartsOnFailingLiveness,
  );

  requirement(
    'readiness-gates',
    {
      sentence: 'A copy of the exporter whose readiness probe always fails does not become Ready and gets no DNS record.',
      source,
      feature: 'headless-service',
      needs: ['probes/starts'],
      explainedBy: ['manifests/service-selects-the-pod', 'dns/unready-pod-leaves'],
    },
    staysOutOfDns,
  );
});
