import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, type PassThrough, Readable } from 'node:stream';
import { type Docker, labelsOnDocker } from './docker.ts';
import { copyImages, saveAddons, untilNodesTakeImages } from './node-images.ts';

interface FakeNode {
  /** The exit code and the output of each import. */
  readonly exitCode?: number;
  readonly output?: string;
  /** Whether an image that was imported is listed. */
  readonly lists?: boolean;
  /** The version of Docker's API. */
  readonly api?: string;
}

/** A Docker that has these images, by name and id, and the run's node, which records the archives that it imports. */
function dockerWith(
  ids: Readonly<Record<string, string>>,
  { exitCode = 0, output = '', lists = true, api = '1.41' }: FakeNode = {},
) {
  const imported: string[] = [];
  const platforms: unknown[] = [];
  const containerd = (command: readonly string[]) => {
    let archive = '';
    const answer = () => {
      if (!command.includes('import')) return lists ? imported.map((name) => name.replace('archive of ', '')).join('\n') : '';
      imported.push(archive);
      return output;
    };
    const io = new Duplex({
      read: () => undefined,
      write(chunk, _, done) {
        archive += chunk;
        done();
      },
      final(done) {
        io.push(answer());
        io.push(null);
        done();
      },
    });
    if (!command.includes('import')) io.end();
    return io;
  };
  const dockerode = {
    version: async () => ({ ApiVersion: api }),
    modem: {
      demuxStream: (from: Readable, to: PassThrough) => from.on('data', (chunk) => to.write(chunk)),
      dial: ({ path, options }: { path: string; options: object }, done: (error: null, archive: Readable) => void) => {
        platforms.push(options);
        done(null, Readable.from([`archive of ${path.replace(/^.images.|.get.$/g, '')}`]));
      },
    },
    listContainers: async () => [{ Id: 'id', Names: ['/node'], Labels: labelsOnDocker('run') }],
    listNetworks: async () => [],
    getImage: (image: string) => ({
      inspect: async () => {
        const Id = ids[image];
        if (Id === undefined) throw Object.assign(new Error('no such image'), { statusCode: 404 });
        return { Id, Os: 'linux', Architecture: 'arm64', Variant: 'v8' };
      },
      get: async () => Readable.from([`archive of ${image}`]),
    }),
    getContainer: () => ({
      exec: async ({ Cmd }: { Cmd: readonly string[] }) => ({
        start: async () => containerd(Cmd),
        inspect: async () => ({ ExitCode: exitCode }),
      }),
    }),
  };
  return { docker: { container: { dockerode } } as unknown as Docker, imported, platforms };
}

const name = (image: string) => `localhost/${image}:1`;

test('an image that the nodes have is not copied again, a new or rebuilt image is', async () => {
  const { docker, imported } = dockerWith({ [name('old')]: '1', [name('rebuilt')]: '2', [name('new')]: '1' });

  const images = ['old', 'rebuilt', 'new', 'absent'].map(name);
  const copied = await copyImages(docker, 'run', images, { [name('old')]: '1', [name('rebuilt')]: '1' });

  expect(imported.sort()).toEqual([`archive of ${name('new')}`, `archive of ${name('rebuilt')}`]);
  expect(copied).toEqual({ [name('old')]: '1', [name('rebuilt')]: '2', [name('new')]: '1' });
});

test('an image with a digest is left to the nodes to pull', async () => {
  const image = 'localhost/app@sha256:0123';
  const { docker, imported } = dockerWith({ [image]: '1' });

  expect(await copyImages(docker, 'run', [image], {})).toEqual({});
  expect(imported).toEqual([]);
});

test.each([
  ['1.47', []],
  ['1.48', [{ platform: '{"os":"linux","architecture":"arm64","variant":"v8"}' }]],
  ['2.0', [{ platform: '{"os":"linux","architecture":"arm64","variant":"v8"}' }]],
])('the archive from Docker API %s is limited to %j', async (api, expected) => {
  const { docker, imported, platforms } = dockerWith({ [name('app')]: '1' }, { api });

  await copyImages(docker, 'run', [name('app')], {});

  expect(platforms).toEqual(expected);
  expect(imported).toEqual([`archive of ${name('app')}`]);
});

test('an archive whose other platforms lack their content is reported with the node, the image and containerd’s words', async () => {
  const words = 'ctr: content digest sha256:0123: not found';
  const { docker } = dockerWith({ [name('broken')]: '1' }, { exitCode: 1, output: words });

  await expect(copyImages(docker, 'run', [name('broken')], {})).rejects.toThrow(
    `The node node did not take the image ${name('broken')}: ${words}.`,
  );
});

test('an image that was imported and is not listed is an error', async () => {
  const { docker } = dockerWith({ [name('lost')]: '1' }, { lists: false });

  await expect(copyImages(docker, 'run', [name('lost')], {})).rejects.toThrow(
    `The image was copied and is not there: ${name('lost')} in node.`,
  );
});

describe('a cluster that is being booted takes images', () => {
  /** A Docker whose node is in each of these states, one after the other. */
  function bootingDocker(states: readonly ('absent' | 'created' | 'without containerd' | 'running')[]): Docker {
    let observation = -1;
    const state = () => states[Math.min(observation, states.length - 1)];
    const node = { Id: 'id', Names: ['/node'], Labels: labelsOnDocker('run') };
    const dockerode = {
      modem: { demuxStream: (from: Readable, to: PassThrough) => from.on('data', (chunk) => to.write(chunk)) },
      listContainers: async () => {
        observation += 1;
        return state() === 'absent' ? [] : [node];
      },
      listNetworks: async () => [],
      getContainer: () => ({
        exec: async () => {
          if (state() === 'created') throw Object.assign(new Error('container is not running'), { statusCode: 409 });
          const isRunning = state() === 'running';
          return {
            start: async () => Readable.from([isRunning ? '' : 'cannot access socket']),
            inspect: async () => ({ ExitCode: isRunning ? 0 : 1 }),
          };
        },
      }),
    };
    return { container: { dockerode } } as unknown as Docker;
  }

  test('once containerd answers in its nodes, however far they are before', async () => {
    const docker = bootingDocker(['absent', 'created', 'without containerd', 'running']);

    await expect(untilNodesTakeImages(docker, 'run', 1, new AbortController().signal)).resolves.toBeUndefined();
  });

  test('no more when the boot has failed', async () => {
    const reason = new Error('the boot failed');

    await expect(untilNodesTakeImages(bootingDocker(['created']), 'run', 1, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('the images of k3s’s own pods', () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'addons-')), 'images');
  afterAll(() => rmSync(join(directory, '..'), { recursive: true }));

  /** A Docker with these tags, which lists by reference as Docker does: a repository matches each of its tags. */
  function dockerWithTags(...tags: readonly string[]): Docker {
    const dockerode = {
      version: async () => ({ ApiVersion: '1.41' }),
      listImages: async ({ filters: { reference } }: { filters: { reference: readonly string[] } }) => [
        { RepoTags: tags.filter((tag) => reference.includes(tag.split(':')[0] ?? '')) },
        { RepoTags: null },
      ],
      getImage: (tag: string) => ({
        inspect: async () => ({ Id: tag, Os: 'linux', Architecture: 'amd64' }),
        get: async () => Readable.from([`archive of ${tag}`]),
      }),
    };
    return { container: { dockerode } } as unknown as Docker;
  }

  test('are saved for its start where the local Docker has them', async () => {
    const docker = dockerWithTags('rancher/mirrored-pause:3.6', 'rancher/mirrored-coredns-coredns:1.12.3', 'busybox:1.36');

    const archives = await saveAddons(docker, directory);

    expect(archives.map(({ target }) => target)).toEqual([
      '/var/lib/rancher/k3s/agent/images/rancher-mirrored-pause-3.6.tar',
      '/var/lib/rancher/k3s/agent/images/rancher-mirrored-coredns-coredns-1.12.3.tar',
    ]);
    expect(archives.map(({ source }) => readFileSync(source, 'utf8'))).toEqual([
      'archive of rancher/mirrored-pause:3.6',
      'archive of rancher/mirrored-coredns-coredns:1.12.3',
    ]);
  });

  test('are left to k3s to pull where it has none', async () => {
    rmSync(directory, { recursive: true, force: true });

    expect(await saveAddons(dockerWithTags('busybox:1.36'), directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});
