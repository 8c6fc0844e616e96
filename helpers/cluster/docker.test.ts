import { type Docker, isAt, listOnDocker, removeFromDocker } from './docker.ts';
import { labelsOnDocker } from './owner.ts';

const mine = labelsOnDocker('mine');
const orphan = Object.fromEntries(Object.entries(labelsOnDocker('orphan')).filter(([label]) => label.endsWith('/run')));

/** A Docker with these containers and one network, that knows of labels and of removal. */
function dockerWith(containers: Readonly<Record<string, Readonly<Record<string, string>>>>): Docker {
  const there = new Map(Object.entries(containers));
  const networks = new Map([['net', orphan]]);
  const matches = (labels: Readonly<Record<string, string>>, { label: [wanted = ''] }: { label: readonly string[] }) =>
    wanted.includes('=') ? labels[wanted.split('=')[0] ?? ''] === wanted.split('=')[1] : labels[wanted] !== undefined;
  const dockerode = {
    listContainers: async ({ filters }: { filters: { label: readonly string[] } }) =>
      [...there]
        .filter(([, labels]) => matches(labels, filters))
        .map(([Id, Labels]) => ({ Id, Names: [`/${Id}`], Image: 'k3s', Status: 'Up', Labels })),
    listNetworks: async ({ filters }: { filters: { label: readonly string[] } }) =>
      [...networks].filter(([, labels]) => matches(labels, filters)).map(([Id, Labels]) => ({ Id, Name: Id, Labels })),
    getContainer: (id: string) => ({ remove: async () => there.delete(id) }),
    getNetwork: (id: string) => ({ remove: async () => networks.delete(id) }),
  };
  return { container: { dockerode } } as unknown as Docker;
}

const both = () => dockerWith({ one: mine, two: orphan });

test('what a living process owns is in use, everything else is left over', async () => {
  expect(await listOnDocker(both())).toEqual({
    leftovers: ['container two of k3s, Up, of run orphan', 'network net, of run orphan'],
    inUse: [`container one of k3s, Up, of run mine, at work in process ${process.pid}`],
  });
});

test('leftovers go, and what is in use stays', async () => {
  const docker = both();
  expect(await removeFromDocker(docker, 'leftovers')).toEqual([]);
  expect(await listOnDocker(docker)).toEqual({ leftovers: [], inUse: [expect.stringContaining('container one')] });
});

test('of one run, or of all, everything goes', async () => {
  const docker = both();
  expect(await removeFromDocker(docker, { run: 'mine' })).toEqual([]);
  expect((await listOnDocker(docker)).inUse).toEqual([]);
  const other = both();
  expect(await removeFromDocker(other, 'all')).toEqual([]);
  expect(await listOnDocker(other)).toEqual({ leftovers: [], inUse: [] });
});

test.each([
  [{ socketPath: '/var/run/docker.sock' }, 'unix:///var/run/docker.sock', true],
  [{ socketPath: '/var/run/docker.sock' }, 'unix:///nonexistent', false],
  [{ socketPath: '/var/run/docker.sock' }, 'tcp://remote:2375', false],
  [{ host: 'remote', port: 2375 }, 'tcp://remote:2375', true],
  [{ host: 'remote', port: '2375' }, 'tcp://remote', true],
  [{ host: 'other', port: 2375 }, 'tcp://remote:2375', false],
  [{ socketPath: '//./pipe/docker_engine' }, 'npipe:////./pipe/docker_engine', true],
])('whether %j is what DOCKER_HOST=%s names: %s', (modem, address, same) => {
  expect(isAt({ container: { dockerode: { modem } } } as unknown as Docker, address)).toBe(same);
});
