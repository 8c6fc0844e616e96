import type { RawObject } from '../kube/object.ts';
import { describeHolder, holderOf } from './namespace-lease.ts';

const lease = (spec: object): RawObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kube-state-metrics-conformance', namespace: 'monitoring' },
  spec,
});

const spec = { holderIdentity: '3f2a1b_4711_build_host', leaseDurationSeconds: 60, renewTime: '2026-01-01T12:00:00.000000Z' };
const after = (seconds: number) => Date.parse('2026-01-01T12:00:00Z') + 1000 * seconds;

test('a holder is at work as long as its Lease is renewed in time', () => {
  const holder = { run: '3f2a1b', process: '4711', host: 'build_host', renewedAt: spec.renewTime };
  expect(holderOf(lease(spec), after(59))).toEqual({ ...holder, isAtWork: true });
  expect(holderOf(lease(spec), after(61))).toEqual({ ...holder, isAtWork: false });
});

test('a Lease that no run wrote is said to be somebody else’s, without a command that removes it', () => {
  expect(holderOf(lease({ holderIdentity: 'somebody' }))).toBeUndefined();
  expect(describeHolder(lease({ holderIdentity: 'somebody' }))).toMatch(/is there, and no run of this suite created it/);
});
