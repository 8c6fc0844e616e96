import { verifyNone } from '../../helpers/failure.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import {
  anonymousReader,
  byPod,
  byService,
  forgedReader,
  getsFamilies,
  newReader,
  notRefused,
  requestMore,
  trustsOnlyTheClusterAuthority,
} from './outside.ts';

const source = 'Kubernetes, Accessing clusters: without kubectl proxy; Controlling access to the API';
const needs = ['endpoints/metrics'];
/** Why the Service may not lead to the exporter. */
const astray = [
  'manifests/service-selects-the-pod',
  'manifests/ports-are-named',
  'manifests/telemetry-port-is-named',
  'probes/becomes-ready',
];

area('consumers', { concurrent: true }, () => {
  requirement(
    'outside-through-the-service',
    {
      sentence: 'From outside, a token that may get the Service’s proxy gets exactly the exporter’s families.',
      source,
      needs,
      explainedBy: astray,
    },
    async (context) => {
      const route = byService(context);
      const reader = await newReader(context, 'reader-by-service', [route.permission]);
      context.observed(`${await getsFamilies(context, reader, route)} families`);
    },
  );

  requirement(
    'outside-through-the-pod',
    {
      sentence: 'From outside, a token that may get the pod’s proxy gets exactly the exporter’s families.',
      source,
      needs,
    },
    async (context) => {
      const route = await byPod(context);
      const reader = await newReader(context, 'reader-by-pod', [route.permission]);
      context.observed(`${await getsFamilies(context, reader, route)} families`);
    },
  );

  requirement(
    'outside-gets-no-more',
    {
      sentence: 'From outside, a token that may only get the exposition is denied everything else.',
      source,
      needs,
      explainedBy: ['consumers/outside-through-the-service'],
    },
    async (context) => {
      const route = byService(context);
      const reader = await newReader(context, 'reader-of-one', [route.permission]);
      await getsFamilies(context, reader, route);
      const { findings, requests } = await requestMore(context, reader);
      verifyNone(findings, '403 that names the user for every other request');
      context.observed(`${requests} requests denied`);
    },
  );

  requirement(
    'outside-without-a-role',
    {
      sentence: 'From outside, a token without a role does not get the exposition.',
      source,
      needs,
    },
    async (context) => {
      const reader = await newReader(context, 'reader-without-role', []);
      const findings = await notRefused(reader, [byService(context), await byPod(context)], [403]);
      verifyNone(findings, '403 that names the user');
    },
  );

  requirement(
    'outside-without-a-token',
    {
      whole: true,
      sentence: 'From outside, a reader without a token, or with a forged one, does not get the exposition.',
      source,
      needs,
      reads: [],
    },
    async (context) => {
      const route = byService(context);
      // 403 where the API server admits anonymous requests, which have no role.
      const withoutToken = await notRefused(anonymousReader(context), [route], [401, 403]);
      const withForgedToken = await notRefused(forgedReader(context), [route], [401]);
      verifyNone([...withoutToken, ...withForgedToken], '401, or without a token 403 for system:anonymous');
    },
  );

  requirement(
    'outside-with-another-authority',
    {
      whole: true,
      sentence: 'The API server is trusted with the cluster’s certificate authority, and not with another one.',
      level: 'should',
      source: 'RFC 5280, section 6: certification path validation',
      reads: [],
    },
    async (context) => context.observed(await trustsOnlyTheClusterAuthority(context)),
  );
});
