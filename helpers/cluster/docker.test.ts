import { hostname } from 'node:os';
import { type Docker, isAt, labelsOnDocker, listOnDocker, ownerOf, removeFromDocker } from './docker.ts';

const mine = labelsOnDocker('mine');
const [ownerLabel = ''] = Object.keys(mine).filter((label) => label.endsWith('/owner'));
const orphan = Object.fromEntries(Object.entries(labelsOnDocker('orphan')).filter(([label]) => label.endsWith('/run')));

/** A Docker with these containers and one network, which lists by label and removes. */
function dockerWith(containers: Readonly<Record<string, Readonly<Record<string, string>>>>): Docker {
  const there = new Map(Object.entries(containers));
  const networks = new Map([['net', orphan]]);
  const matches = (labels: Readonly<Record<string, string>>, { label: [filter = ''] }: { label: readonly string[] }) =>
    filter.includes('=') ? labels[filter.split('=')[0] ?? ''] === filter.split('=')[1] : labels[filter] !== undefined;
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

const both = () => dockerWith({ first: mine, second: orphan });

test('what a live process owns is in use, everything else is a leftover', async () => {
  expect(await listOnDocker(both())).toEqual({
    leftovers: ['container second of k3s, Up, of run orphan', 'network net, of run orphan'],
    inUse: [`container first of k3s, Up, of run mine, in use by process ${process.pid}`],
  });
});

test('leftovers are removed, and what is in use stays', async () => {
  const docker = both();
  expect(await removeFromDocker(docker, 'leftovers')).toEqual([]);
  expect(await listOnDocker(docker)).toEqual({ leftovers: [], inUse: [expect.stringContaining('container first')] });
});

test('everything of a run, or of every run, is removed', async () => {
  const docker = both();
  expect(await removeFromDocker(docker, { run: 'mine' })).toEqual([]);
  expect((await listOnDocker(docker)).inUse).toEqual([]);
  const again = both();
  expect(await removeFromDocker(again, 'all')).toEqual([]);
  expect(await listOnDocker(again)).toEqual({ leftovers: [], inUse: [] });
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

test('what this process created belongs to it as long as it lives', () => {
  expect(ownerOf(mine)).toBe(`process ${process.pid}`);
  expect(ownerOf(mine, () => false)).toBeUndefined();
});

test.each([
  ['a process of another machine may be alive', { [ownerLabel]: 'elsewhere/17' }, 'process 17 on elsewhere'],
  ['without an owner label there is no owner', orphan, undefined],
  ['a process that does not exist owns nothing', { [ownerLabel]: `${hostname()}/4194999` }, undefined],
])('%s', (_, labels, owner) => {
  expect(ownerOf(labels)).toBe(owner);
});
