import { verifyNone } from '../../helpers/failure.ts';
import { guarded, proxied, secured, withNetworkPolicy } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { doorsAreOpen, doorsOf, guardedDoors, returnsTheFamilies } from './doors.ts';
import {
  failingProbes,
  namesOf,
  onlyTheDoorsAreOpen,
  openWithoutRight,
  openWithoutToken,
  servedWithoutTls,
  upstreamFaults,
  visitorPod,
} from './findings.ts';
import { admitsItsScraper } from './policy.ts';

const proxy = 'kube-rbac-proxy, README';
const source = `kube-state-metrics, command line arguments: --auth-filter, --tls-config; ${proxy}`;
const needs = ['probes/starts'];
/** Why a proxy answers nothing. */
const unanswered = ['probes/sidecars-start', 'secured/upstreams'];

area('secured', () => {
  requirement(
    'upstreams',
    {
      sentence:
        'Each kube-rbac-proxy forwards to a port of the exporter, each to another one, and one to the metrics of the cluster.',
      source: `${proxy}: --upstream`,
      reads: [],
      only: proxied,
    },
    async ({ target }) => verifyNone(upstreamFaults(target), 'each proxy in front of a port of the exporter'),
  );

  requirement(
    'without-a-token',
    {
      sentence: 'Each port that requires a token answers 401 to a request for /metrics without one, and refuses a forged one.',
      source: `${source}; RFC 6750, section 3.1`,
      needs,
      explainedBy: ['probes/sidecars-start', 'secured/over-tls'],
      reads: ['proxy'],
      only: guarded,
    },
    async (context) => {
      verifyNone(await openWithoutToken(context), '401');
      context.observed(namesOf(await guardedDoors(context)));
    },
  );

  requirement(
    'without-the-right',
    {
      sentence: 'Each port that requires a token answers 403 to one of an account without the right to get /metrics.',
      source,
      needs,
      explainedBy: ['probes/sidecars-start', 'secured/over-tls', 'secured/without-a-token', 'secured/with-the-right'],
      only: guarded,
    },
    async (context) => {
      verifyNone(await openWithoutRight(context), '403');
      context.observed(namesOf(await guardedDoors(context)));
    },
  );

  requirement(
    'with-the-right',
    {
      sentence:
        'Each secured port returns exactly the families of the exporter’s port behind it to an account with the right to get /metrics, and no other.',
      source,
      needs,
      explainedBy: [...unanswered, 'secured/over-tls'],
      only: secured,
    },
    async (context) => {
      const doors = await doorsAreOpen(context);
      const counts = await Promise.all(doors.map((door) => returnsTheFamilies(context, door)));
      context.observed(doors.map(({ name }, index) => `${counts[index]} families from ${name}`).join(', '));
    },
  );

  requirement(
    'over-tls',
    {
      sentence: 'Each port with TLS completes a handshake, and serves nothing without one; no proxy serves a port without TLS.',
      source,
      needs,
      explainedBy: ['probes/sidecars-start'],
      reads: ['proxy'],
      only: secured,
    },
    async (context) => {
      verifyNone(await servedWithoutTls(context), 'TLS, and a refusal of a request without it');
      context.observed(namesOf(doorsOf(context).filter(({ tls }) => tls)));
    },
  );

  requirement(
    'nothing-beside-the-doors',
    {
      sentence: 'Another pod reaches the secured ports by the pod’s address, and no port of the exporter behind them.',
      source: 'kube-state-metrics, command line arguments: --host, --telemetry-host',
      needs,
      explainedBy: ['probes/sidecars-start'],
      makes: ['control-pod'],
      only: secured,
    },
    async (context) => {
      doorsOf(context);
      context.observed(await onlyTheDoorsAreOpen(context, await visitorPod(context, 'visitor')));
    },
  );

  requirement(
    'probes-answer',
    {
      sentence:
        'Each HTTP probe of the pod’s containers succeeds as the kubelet sends it: without a token, at its own container.',
      source: 'Kubernetes, Configure probes: HTTP probes',
      needs,
      explainedBy: unanswered,
      reads: ['proxy'],
      only: secured,
    },
    async (context) => verifyNone(await failingProbes(context), 'a probe that succeeds without a token'),
  );

  requirement(
    'policy-admits-the-scraper',
    {
      sentence: 'A NetworkPolicy of the manifests lets the scraper in that it names, at each port of the Service.',
      source: 'Kubernetes, Network Policies: to and from selectors',
      needs,
      explainedBy: unanswered,
      makes: ['control-pod', 'neighbour'],
      only: withNetworkPolicy,
    },
    async (context) => context.observed(await admitsItsScraper(context)),
  );
});
