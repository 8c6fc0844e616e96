import { knownTargets } from '../exporter/known.ts';
import { profiles } from '../exporter/profile.ts';
import { deriveTarget } from '../exporter/target.ts';
import { exposes, exposesOwn, guarded, ownCluster, proxied, secured, since, withNetworkPolicy } from '../suite/conditions.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { container } from '../suite/mutant/changes.ts';
import { parseOptions } from './options.ts';
import { planRun, planWithout } from './plan.ts';

const requirement = (id: string, more: Partial<DeclaredRequirement> = {}): DeclaredRequirement => ({
  id,
  area: id.split('/')[0] ?? '',
  sentence: 'It does what it must.',
  level: 'must',
  source: 'a test',
  feature: 'core',
  needs: [],
  explainedBy: [],
  serial: false,
  file: 'specs/test.spec.ts',
  verify: async () => undefined,
  ...more,
});

const facts = {
  clusterKind: 'k3s',
  agents: 0,
  exporterVersion: 'v2.5.0',
  imageGiven: false,
  operator: false,
  refusedPods: {},
  resources: ['pods'],
  readsOwnNamespaces: true,
  serves: () => true,
  unanswered: new Set<string>(),
} as const;
const known = { profile: profiles.standard, documented: true, facts };
const idsOf = (requirements: readonly DeclaredRequirement[]) => requirements.map(({ id }) => id);

test('without a selection, everything that the profile promises runs', () => {
  const { selected, notApplicable, skipped } = planRun([requirement('dns/a'), requirement('probes/b')], [], known);
  expect(idsOf(selected)).toEqual(['dns/a', 'probes/b']);
  expect([notApplicable.size, skipped.size]).toEqual([0, 0]);
});

test('a feature that the profile does not promise does not apply, and the reason names it', () => {
  const { notApplicable } = planRun([requirement('scheduling/a', { feature: 'tainted-control-plane' })], [], known);
  expect(notApplicable.get('scheduling/a')).toBe('The profile standard does not promise tainted-control-plane.');
});

test('a documented rendering is required only of an unchanged known target', () => {
  const declared = requirement('manifests/a', { feature: 'documented-rendering' });
  expect(idsOf(planRun([declared], [], known).selected)).toEqual(['manifests/a']);
  expect(planRun([declared], [], { ...known, documented: false }).notApplicable.has('manifests/a')).toBe(true);
});

test('what a later release has does not apply to an earlier one', () => {
  const declared = requirement('endpoints/livez', { only: since('2.13') });
  expect(planRun([declared], [], known).notApplicable.get('endpoints/livez')).toContain('2.13');
});

test('what would disturb others is skipped on an existing cluster, which makes the run partial', () => {
  const declared = requirement('scheduling/taint', { only: ownCluster });
  const { skipped, notApplicable } = planRun([declared], [], { ...known, facts: { ...facts, clusterKind: 'kubeconfig' } });
  expect([skipped.has('scheduling/taint'), notApplicable.has('scheduling/taint')]).toEqual([true, false]);
});

test('what creates a pod that admission refuses does not apply, and the reason is the refusal', () => {
  const refusedPods = { neighbour: 'Pod Security (restricted) forbids a control pod beside the exporter.' };
  const refusing = { ...known, facts: { ...facts, refusedPods } };
  const declared = [
    requirement('dns/a', { makes: ['control-pod', 'neighbour'] }),
    requirement('dns/b', { makes: ['control-pod'] }),
  ];

  const { selected, notApplicable } = planRun(declared, [], refusing);

  expect(idsOf(selected)).toEqual(['dns/b']);
  expect(notApplicable.get('dns/a')).toBe(refusedPods.neighbour);
});

test('a selection skips the rest, with the selection as the reason', () => {
  const { selected, skipped } = planRun([requirement('dns/a'), requirement('probes/b')], ['dns'], known);
  expect(idsOf(selected)).toEqual(['dns/a']);
  expect(skipped.get('probes/b')).toBe('--only dns');
});

test('what is about the run’s own objects does not apply to an exporter of other namespaces or resources', () => {
  const declared = requirement('scenarios/pod', { only: exposesOwn('pods', 'Pod') });
  const planWith = (change: object) => planRun([declared], [], { ...known, facts: { ...facts, ...change } });

  expect(idsOf(planWith({}).selected)).toEqual(['scenarios/pod']);
  expect(planWith({ readsOwnNamespaces: false }).notApplicable.get('scenarios/pod')).toContain('--namespaces');
  expect(planWith({ resources: ['nodes'] }).notApplicable.get('scenarios/pod')).toBe('The exporter does not read pods.');
});

test('what an unavailable API group serves is skipped, with that as the reason', () => {
  const exposed = requirement('exposition/pod', { only: exposes('pods', 'Pod') });
  const { skipped } = planRun([exposed], [], {
    ...known,
    facts: { ...facts, serves: () => false, unanswered: new Set(['pods']) },
  });
  expect(skipped.get('exposition/pod')).toBe('The API group of pods does not answer.');
});

describe('what the profile does not promise', () => {
  const core = { profile: profiles.core, documented: false, facts, triesUnpromised: true };
  const declared = [
    requirement('dns/headless', { feature: 'headless-service' }),
    requirement('dns/slow', { feature: 'headless-service', makes: ['prometheus'] }),
    requirement('scheduling/taint', { feature: 'tainted-control-plane' }),
    requirement('scheduling/foreign', { feature: 'node-selector', serial: true }),
    requirement('manifests/documented', { feature: 'documented-rendering' }),
    requirement('access/a', { feature: 'least-privilege' }),
  ];

  test('is verified last, though not applicable, as far as it costs little', () => {
    const { selected, notApplicable, notPromised } = planRun(declared, [], core);

    expect(idsOf(selected)).toEqual(['access/a', 'dns/headless']);
    expect(notApplicable.get('dns/headless')).toBe('The profile core does not promise headless-service.');
    expect(Object.fromEntries(notPromised)).toEqual({
      'dns/headless': undefined,
      'dns/slow': 'It starts a Prometheus, and is verified only where it is promised.',
      'scheduling/taint': 'It needs a node with a taint, which only a profile with that promise names.',
      'scheduling/foreign': 'It disturbs others, and is verified only where it is promised.',
    });
  });

  test('is verified only as far as it is selected and the cluster allows it', () => {
    const refusing = { ...facts, refusedPods: { neighbour: 'Pod Security forbids it.' } };
    const beside = [requirement('dns/neighbour', { feature: 'headless-service', makes: ['neighbour'] }), ...declared];
    const { selected, notPromised } = planRun(beside, ['dns/neighbour', 'access'], { ...core, facts: refusing });

    expect(idsOf(selected)).toEqual(['access/a']);
    expect(notPromised.get('dns/neighbour')).toBe('Pod Security forbids it.');
    expect(notPromised.get('dns/headless')).toBe('--only dns/neighbour,access');
  });

  test('is not verified of a known target', () => {
    const { selected, notPromised } = planRun(declared, [], { ...core, triesUnpromised: false });

    expect([idsOf(selected), notPromised.size]).toEqual([['access/a'], 0]);
  });
});

describe('an audit', () => {
  const audit = {
    rights: new Set(['proxy'] as const),
    unreadable: new Set(['secrets']),
    empty: new Set(['cronjobs']),
    monitored: false,
  };
  const resources = ['pods', 'secrets', 'cronjobs'];
  const audited = { ...known, facts: { ...facts, clusterKind: 'kubeconfig', audit, resources } } as const;
  const reads = ['proxy'] as const;

  test('verifies what only reads, and skips the rest', () => {
    const { selected, skipped } = planRun([requirement('dns/a'), requirement('endpoints/b', { reads })], [], audited);

    expect(idsOf(selected)).toEqual(['endpoints/b']);
    expect(skipped.get('dns/a')).toBe('An audit changes nothing and installs nothing.');
  });

  test('skips what the caller may not read; a kind without objects does not apply', () => {
    const { skipped, notApplicable } = planRun(
      [
        requirement('access/roles', { reads: ['roles'] }),
        requirement('exposition/secret', { reads, only: exposes('secrets', 'Secret') }),
        requirement('exposition/cronjob', { reads, only: exposes('cronjobs', 'CronJob') }),
      ],
      [],
      audited,
    );

    expect(Object.fromEntries(skipped)).toEqual({
      'access/roles': 'You may not list roles and their bindings.',
      'exposition/secret': 'You may not list secrets.',
    });
    expect(notApplicable.get('exposition/cronjob')).toBe('The cluster has no CronJob.');
  });

  test('is not the reason for what does not apply anyway', () => {
    const { notApplicable } = planRun([requirement('endpoints/livez', { only: since('2.13') })], [], audited);

    expect(notApplicable.get('endpoints/livez')).toContain('2.13');
  });
});

test.each<[string, readonly string[], string[]]>([
  ['no option', [], []],
  ['--auth-filter', ['--auth-filter'], ['secured/any', 'secured/token']],
  ['--tls-config', ['--tls-config=/etc/tls.yaml'], ['secured/any']],
])('of an exporter with %s, what it does not secure does not apply', (_, args, expected) => {
  const declared = Object.entries({ any: secured, token: guarded, proxy: proxied, policy: withNetworkPolicy }).map(
    ([name, only]) => requirement(`secured/${name}`, { only }),
  );
  const withArguments = container((draft) => {
    draft.args = [...(draft.args ?? []), ...args];
  });
  const objects = withArguments(knownTargets.current.rendering(), { workloadImage: 'busybox' });
  const subject = { target: deriveTarget(objects, { name: 'ours' }), profile: profiles.core, documented: false };

  const { selected, notApplicable } = planWithout(declared, parseOptions(['--manifests', 'ours']), subject);

  expect(idsOf(selected)).toEqual(expected);
  expect(notApplicable.get('secured/proxy')).toBe('No kube-rbac-proxy is in front of the exporter.');
});
