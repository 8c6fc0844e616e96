import type { Docker } from './docker.ts';
import { ImageUnavailable, isFinalRefusal, nodeImageName, pullAbsentImages, registryOf } from './local-images.ts';

/** What an attempt to pull does: it fails to start, or its stream has these events. */
type Attempt = Error | readonly object[] | 'hangs';

/** A Docker without images, whose attempts to pull end so, the last one for ever. */
function dockerThatPulls(...attempts: readonly Attempt[]) {
  const pulled: string[] = [];
  const dockerode = {
    info: async () => ({ IndexServerAddress: 'https://index.docker.io/v1/' }),
    getImage: () => ({ inspect: async () => Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 })) }),
    pull: async (image: string) => {
      const attempt = attempts[Math.min(pulled.length, attempts.length - 1)];
      pulled.push(image);
      if (attempt instanceof Error) throw attempt;
      return attempt;
    },
    modem: {
      followProgress: (
        attempt: Attempt,
        onFinished: (error: Error | null, events: readonly object[]) => void,
        onProgress: (event: object) => void,
      ) => {
        if (!Array.isArray(attempt)) return;
        for (const event of attempt) onProgress(event);
        onFinished(null, attempt);
      },
    },
  };
  return { docker: { container: { dockerode } } as unknown as Docker, pulled };
}

const layer = (status: string, current = 0, total = 0) => ({ id: 'layer', status, progressDetail: { current, total } });

async function pull(docker: Docker, stallBudget = 60_000): Promise<readonly string[]> {
  const lines: string[] = [];
  await pullAbsentImages(docker, ['busybox:1.36', 'busybox:1.36'], { note: (line) => lines.push(line), stallBudget });
  return lines;
}

test('an image is pulled with a line that names it, its bytes and the rate', async () => {
  const { docker, pulled } = dockerThatPulls([
    layer('Downloading', 1e6, 4e6),
    layer('Downloading', 3e6, 4e6),
    layer('Download complete'),
    layer('Pull complete'),
  ]);

  expect(await pull(docker)).toEqual([
    'busybox:1.36: not in the local Docker, is being pulled',
    expect.stringMatching(/^busybox:1\.36: pulled, 4\.0 of 4\.0 MB, \d+\.\d MB\/s$/),
  ]);
  expect(pulled).toEqual(['busybox:1.36']);
});

test('a layer that Docker downloads again keeps its size', async () => {
  const { docker } = dockerThatPulls([layer('Downloading', 3e6, 4e6), layer('Retrying in 5 seconds'), layer('Downloading')]);

  expect((await pull(docker)).at(-1)).toMatch(/pulled, 0\.0 of 4\.0 MB/);
});

test.each([
  [
    'as Docker’s answer',
    Object.assign(new Error('wrapped'), { json: { message: 'manifest for busybox:1.36 not found: manifest unknown' } }),
  ],
  ['in the stream', [{ error: 'pull access denied for busybox, repository does not exist' }]],
])('a final refusal %s ends the pull at once with the registry’s words', async (_, attempt) => {
  const { docker, pulled } = dockerThatPulls(attempt);

  await expect(pull(docker)).rejects.toThrow(
    /^The image busybox:1\.36 cannot be pulled: (manifest for .* manifest unknown|pull access denied.*)\. Name an image that exists/,
  );
  expect(pulled).toHaveLength(1);
});

test('any other failure is reported and the pull repeated', async () => {
  const { docker, pulled } = dockerThatPulls(
    new Error('connection refused'),
    [{ error: 'unexpected EOF' }],
    [layer('Pull complete')],
  );

  expect(await pull(docker)).toEqual([
    'busybox:1.36: not in the local Docker, is being pulled',
    'busybox:1.36: connection refused; trying again',
    'busybox:1.36: unexpected EOF; trying again',
    expect.stringContaining('pulled'),
  ]);
  expect(pulled).toHaveLength(3);
}, 20_000);

test.each<[string, Attempt, RegExp]>([
  ['fails', new Error('no such host'), /no such host \(no progress for 0\.6 s\)\. Check the connection/],
  ['hangs', 'hangs', /has not answered yet \(no progress for 0\.6 s\)/],
])('a pull that %s for long is given up, and the image may exist', async (_, attempt, words) => {
  const refusal = pull(dockerThatPulls(attempt).docker, 600);

  await expect(refusal).rejects.toThrow(words);
  await expect(refusal).rejects.toMatchObject({ image: 'busybox:1.36', isFinal: false });
});

test.each([
  ['manifest unknown', true],
  ['pull access denied for x', true],
  ['rpc error: code = NotFound desc = failed to resolve reference: not found', true],
  ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host', false],
  ['received unexpected HTTP status: 503 Service Unavailable', false],
  ['toomanyrequests: You have reached your pull rate limit', false],
])('whether %j is final: %s', (words, isFinal) => {
  expect(isFinalRefusal(words)).toBe(isFinal);
  expect(new ImageUnavailable('x', words).isFinal).toBe(isFinal);
});

test.each([
  ['busybox', 'docker.io/library/busybox:latest'],
  ['prom/prometheus:v3.5.0', 'docker.io/prom/prometheus:v3.5.0'],
  ['index.docker.io/prom/prometheus:v3', 'docker.io/prom/prometheus:v3'],
  ['localhost/busybox:1.35', 'localhost/busybox:1.35'],
  ['registry:5000/app', 'registry:5000/app:latest'],
  ['quay.io/a/b@sha256:01', 'quay.io/a/b@sha256:01'],
])('a node knows %s as %s', (image, name) => {
  expect(nodeImageName(image)).toBe(name);
  expect(registryOf(image)).toBe(name.split('/')[0]);
});
