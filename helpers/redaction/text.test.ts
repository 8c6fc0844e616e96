import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { labelWithSecret, redactExposition } from './exposition.ts';
import { planted } from './testing/planted.ts';
import { hideValues, isNameOfSecret, redactingStream, redactStrings, redactText } from './text.ts';

test.each(Object.entries(planted))('%s is removed', (_, { text, secret }) => {
  expect(text).toContain(secret);
  expect(redactText(text)).not.toContain(secret);
  expect(redactText(`before ${text} after`)).toMatch(/^before [\s\S]* after$/);
});

test.each(Object.entries(planted))('%s is removed from JSON that is quoted in JSON', (_, { text, secret }) => {
  const quoted = JSON.stringify(JSON.stringify({ text }));

  expect(redactText(quoted)).not.toContain(secret.replaceAll('\n', '\\\\n'));
});

test('only the secret is removed: its context explains a failure', () => {
  expect(redactText('GET https://joe:hunter2@example.org/path?token=abc&page=2: 401')).toBe(
    'GET https://(redacted)@example.org/path?token=(redacted)&page=2: 401',
  );
  expect(redactText('{"user":"joe","password":"hunter2","page":2}')).toBe('{"user":"joe","password":"(redacted)","page":2}');
  expect(redactText('DB_PASSWORD=hunter2 DB_HOST=db')).toBe('DB_PASSWORD=(redacted) DB_HOST=db');
});

test.each([
  'failed to list *v2beta2.HorizontalPodAutoscaler: the server could not find the requested resource',
  'kube_secret_info{namespace="a",secret="registry-credentials"} 1',
  'kube_secret_type{secret="registry-credentials", type="Opaque"} 1',
  'docker-pullable://busybox@sha256:0123456789abcdef',
  'automountServiceAccountToken: false',
  'no token: try again',
  'password=""',
  'secretName: registry-credentials',
])('%s has no secret and is unchanged', (line) => {
  expect(redactText(line)).toBe(line);
});

test('a redacted text is not redacted further', () => {
  for (const { text } of Object.values(planted)) expect(redactText(redactText(text))).toBe(redactText(text));
});

test('a registered value is removed everywhere, a short one is not', () => {
  hideValues(['correct-horse', 'true']);

  expect(redactText('the log has correct-horse, which is true')).toBe('the log has (redacted), which is true');
});

test('the end of a name shows whether it is that of a secret', () => {
  expect(
    ['DB_PASSWORD', 'apiKey', 'clientSecret', 'token', 'aws_secret_access_key'].filter((name) => !isNameOfSecret(name)),
  ).toEqual([]);
  expect(['secretName', 'tokenExpirationSeconds', 'PASSWORD_FILE', 'key', 'image'].filter(isNameOfSecret)).toEqual([]);
});

test('all strings of a value are redacted, at any depth, and nothing else', () => {
  expect(redactStrings({ list: [{ actual: 'password=hunter2', count: 2 }], none: null })).toEqual({
    list: [{ actual: 'password=(redacted)', count: 2 }],
    none: null,
  });
});

test.each([
  ['beginnings of tokens', 'eyJh'],
  ['beginnings of URLs', '://a:b'],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'],
  ['unterminated quotes', 'token="\\'],
])('a log of many %s is read to its end', (_, beginning) => {
  const log = `${beginning.repeat(20_000)} DB_PASSWORD=planted`;

  expect(redactText(log)).toMatch(/DB_PASSWORD=\(redacted\)$/);
});

test('a secret is removed from chunks of any size', async () => {
  const whole = `${Object.values(planted)
    .map((each) => each.text)
    .join('\n')}\nthe end, é`;
  for (const size of [1, 7, 4096]) {
    const bytes = Buffer.from(whole);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const passed = await text(Readable.from(pieces).pipe(redactingStream()));

    expect(Object.values(planted).filter(({ secret }) => passed.includes(secret))).toEqual([]);
    expect(passed).toMatch(/\nthe end, é$/);
  }
});

const applied = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { password: 'aHVudGVyMg==' } }).replaceAll('"', '\\"');
const line = (labels: string) => `kube_secret_annotations{namespace="a",secret="b",${labels}} 1\n`;

test.each([
  ['an object as kubectl applied it', `annotation_kubectl_kubernetes_io_last_applied_configuration="${applied}"`, 'aHVudGVyMg'],
  ['an object in any other annotation', `annotation_example_org_before="[${applied}]"`, 'aHVudGVyMg'],
  ['a value with the name of a password', 'annotation_db_password="hunter2"', 'hunter2'],
  ['a URL with a password', 'annotation_example_org_url="https://joe:hunter2@db/"', 'hunter2'],
])('%s is removed from a label', (_, labels, secret) => {
  const redacted = redactExposition(line(labels));

  expect(redacted).not.toContain(secret);
  expect(redacted).toMatch(/^kube_secret_annotations\{namespace="a",secret="b",\w+="\(redacted\)"\} 1\n$/);
  expect(labelWithSecret(line(labels))).toBe(labels.split('=')[0]);
});

test('the name of a Secret is no secret', () => {
  const plain = line('annotation_owner="team \\"a\\""');

  expect(redactExposition(plain)).toBe(plain);
  expect(labelWithSecret(plain)).toBeUndefined();
});
