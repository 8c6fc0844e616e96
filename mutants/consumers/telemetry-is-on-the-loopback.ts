import { all, argument, container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const telemetryIsOnTheLoopback = mutant({
  sentence: 'The telemetry port listens on the loopback alone, and the readiness probe asks the other port.',
  change: all(
    argument('--telemetry-host=127.0.0.1'),
    container((draft) => Object.assign(draft, { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } })),
  ),
  byItself: 'What the readiness probe is to ask for is looked at first.',
  fails: ['consumers/telemetry-in-the-cluster'],
});
