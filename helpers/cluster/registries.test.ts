import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { redactText } from '../redaction/text.ts';
import { Registries } from './registries.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'registries-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(content: string): string {
  const path = join(directory, 'registries.yaml');
  writeFileSync(path, content);
  return path;
}

test('the nodes get the file as it is, where only root may read it', () => {
  const content = 'mirrors:\n  docker.io:\n    endpoint: ["http://mirror:5000"]\n';

  expect(Registries.read(file(content)).files).toEqual([{ content, target: '/etc/rancher/k3s/registries.yaml', mode: 0o600 }]);
});

test.each([
  ['docker.io', 'busybox:1.36', true],
  ['docker.io', 'quay.io/prometheus/prometheus:v3', false],
  ['"*"', 'quay.io/prometheus/prometheus:v3', true],
  ['registry.example:5000', 'registry.example:5000/app:v1', true],
])('a mirror of %s covers %s: %s', (host, image, covers) => {
  expect(Registries.read(file(`mirrors:\n  ${host}:\n    endpoint: ["http://mirror"]\n`)).cover(image)).toBe(covers);
  expect(Registries.none.cover(image)).toBe(false);
});

test('credentials are redacted from then on, in each form in which they are sent', () => {
  const auth = '{ username: robot, password: planted-password, identity_token: planted-identity }';
  const { cover } = Registries.read(file(`configs:\n  registry.example:\n    auth: ${auth}\n`));
  const basic = Buffer.from('robot:planted-password').toString('base64');

  expect(cover).toBeDefined();
  expect(redactText(`x planted-password y planted-identity z ${basic}.`)).toBe('x (redacted) y (redacted) z (redacted).');
});

test('certificates that the file names are copied to the same paths', () => {
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, 'a certificate');
  const { files } = Registries.read(file(`configs:\n  registry.example:\n    tls: { ca_file: ${ca} }\n`));

  expect(files[1]).toEqual({ content: 'a certificate', target: ca, mode: 0o600 });
});

test.each([
  ['no YAML', 'password: "planted', /is not YAML\.$/],
  ['a list', '- mirrors', /has neither mirrors nor configs/],
  ['another mapping', 'apiVersion: v1', /has neither mirrors nor configs/],
  ['mirrors that are a list', 'mirrors: [docker.io]', /has neither mirrors nor configs/],
  ['a certificate that is not there', 'configs: {r: {tls: {ca_file: /nonexistent/ca.pem}}}', /names \/nonexistent\/ca\.pem/],
])('%s is refused without quoting it', (_, content, words) => {
  const path = file(content);
  expect(() => Registries.read(path)).toThrow(UsageError);
  expect(() => Registries.read(path)).toThrow(words);
  expect(() => Registries.read(path)).not.toThrow(/planted/);
});

test('a file that is not there is refused', () => {
  expect(() => Registries.read(join(directory, 'none'))).toThrow(UsageError);
});
