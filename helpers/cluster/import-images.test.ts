import { Duplex, Readable } from 'node:stream';
import Dockerode from 'dockerode';
import type { Docker } from './docker.ts';
import { importImages } from './import-images.ts';
import { labelsOnDocker } from './owner.ts';

/** A Docker that has these images, and the run's node, whose containerd ends each import with the code and notes what it was sent. */
function dockerWith(ids: Readonly<Record<string, string>>, { code = 0, says = '' } = {}) {
  const imported: string[] = [];
  const containerd = () => {
    let archive = '';
    return new Duplex({
      read: () => undefined,
      write(chunk, _, done) {
        archive += chunk;
        done();
      },
      final(done) {
        imported.push(archive);
        this.push(Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, says.length]), Buffer.from(says)]));
        this.push(null);
        done();
      },
    });
  };
  const dockerode = {
    modem: new Dockerode().modem,
    listImages: async ({ filters: { reference } }: { filters: { reference: readonly string[] } }) =>
      reference.flatMap((image) => (ids[image] === undefined ? [] : [{ Id: ids[image] }])),
    listContainers: async () => [{ Id: 'node', Labels: labelsOnDocker('run') }],
    listNetworks: async () => [],
    getImage: (image: string) => ({ get: async () => Readable.from([`archive of ${image}`]) }),
    getContainer: () => ({ exec: async () => ({ start: async () => containerd(), inspect: async () => ({ ExitCode: code }) }) }),
  };
  return { docker: { container: { dockerode } } as unknown as Docker, imported };
}

test('what the nodes have is not copied again, what is new or was built anew is', async () => {
  const { docker, imported } = dockerWith({ old: '1', anew: '2', further: '1' });

  const copied = await importImages(docker, 'run', ['old', 'anew', 'further', 'nowhere'], { old: '1', anew: '1' });

  expect(imported.sort()).toEqual(['archive of anew', 'archive of further']);
  expect(copied).toEqual({ old: '1', anew: '2', further: '1' });
});

test("an image that a node does not take ends the run with containerd's words", async () => {
  const { docker } = dockerWith({ broken: '1' }, { code: 1, says: 'ctr: unexpected end of archive' });

  await expect(importImages(docker, 'run', ['broken'], {})).rejects.toThrow(
    'The kept cluster did not take the image broken: ctr: unexpected end of archive.',
  );
});
