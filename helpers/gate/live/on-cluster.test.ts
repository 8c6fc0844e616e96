import { ImageUnavailable } from '../../cluster/local-images.ts';
import { knownTargets } from '../../exporter/known.ts';
import { isMissingCandidate } from './on-cluster.ts';
import type { PreparedSide } from './sides.ts';
import { sideTarget } from './sides.ts';

const side = (image: string): PreparedSide => ({
  target: sideTarget({ name: 'new', run: 'run', manifests: knownTargets.agent.rendering(), image }),
  manifests: 'agent',
  known: 'agent',
});
const sides = { old: side('exporter:v2.5.0'), new: side('exporter:v9.9.9') };

test.each([
  ['the candidate that does not exist', 'exporter:v9.9.9', 'manifest unknown', true],
  ['the candidate whose registry fails', 'exporter:v9.9.9', 'connection refused', false],
  ['the release in use that does not exist', 'exporter:v2.5.0', 'manifest unknown', false],
  ['an image of the suite that does not exist', 'busybox:1.36', 'manifest unknown', false],
])('%s (%s, %s): a reject is %s', (_, image, words, isReject) => {
  expect(isMissingCandidate(new ImageUnavailable(image, words), sides)).toBe(isReject);
});

test('a failure of another kind is not about the candidate', () => {
  expect(isMissingCandidate(new Error('manifest unknown'), sides)).toBe(false);
});
