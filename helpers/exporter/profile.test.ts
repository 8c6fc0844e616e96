import { parseVersion } from '../version.ts';
import { featuresOf, profiles, promisedProbes } from './profile.ts';

test('the standard profile has all features of the agent profile except the toleration and the limits', () => {
  const missing = [...profiles.agent.features].filter((feature) => !profiles.standard.features.has(feature));
  expect(missing).toEqual(['tainted-control-plane', 'resource-limits']);
  expect(profiles.standard.cluster.taint).toBeUndefined();
});

test('only a known target has the feature documented-rendering', () => {
  expect(featuresOf(profiles.agent, true)).toContain('documented-rendering');
  expect(featuresOf(profiles.agent, false)).not.toContain('documented-rendering');
});

test('the newer probe URLs are promised from 2.13 on, and the older ones are accepted', () => {
  expect(promisedProbes(parseVersion('2.12.0')).liveness.paths).toEqual(['/healthz']);
  expect(promisedProbes(parseVersion('2.13.0')).liveness.paths).toEqual(['/livez', '/healthz']);
});
