import { readExposition } from '../../exposition/read.ts';
import { parseVersion } from '../../version.ts';
import { gateTelemetry } from './gate-telemetry.ts';

const pods = 'kube_state_metrics_list_total{resource="*v1.Pod",result="success"} 1\n';
const watches = pods.replace('list_total', 'watch_total');
const telemetry = async (version: string, text: string) => ({
  version: parseVersion(version),
  telemetry: (await readExposition(text, { format: 'text' })).exposition,
});

test('from 2.19 on lists that are no longer counted are a documented note', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.18.0', `${pods}${watches}process_open_fds 7\n`),
    await telemetry('v2.19.0', `${watches}process_open_fds 9\n`),
  );

  expect(differences).toMatchObject([{ id: 'endpoints/telemetry-lists', severity: 'note', origin: 'documented', since: '2.19' }]);
});

test('a kind that is no longer watched either is not reported as a lost list', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.17.0', `${pods}${watches}`),
    await telemetry('v2.20.0', 'process_open_fds 9\n'),
  );

  expect(differences.map(({ id }) => id)).not.toContain('endpoints/telemetry-lists');
});

test('within one release lost lists are unexplained, and every other metric but those of the Go runtime is compared', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.5.0', `${pods}${watches}process_open_fds 7\ngo_threads 1\n`),
    await telemetry('v2.5.1', `${watches}build_info 1\n`),
  );

  expect(differences.map(({ id, origin }) => `${id} ${origin ?? ''}`)).toEqual([
    'endpoints/telemetry-lists surprise',
    'endpoints/telemetry-gone/process_open_fds ',
    'endpoints/telemetry-new/build_info ',
  ]);
});
