import { stringify } from 'yaml';
import { readPlainKubeconfig } from './plain-kubeconfig.ts';

const encoded = (text: string) => Buffer.from(text).toString('base64');

const cluster = { server: 'https://127.0.0.1:6443', 'certificate-authority-data': encoded('authority') };
const user = { 'client-certificate-data': encoded('certificate'), 'client-key-data': encoded('key') };

function kubeconfig({ of = cluster, as = user }: { of?: object; as?: object } = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'first',
    clusters: [{ name: 'c', cluster: of }],
    users: [{ name: 'u', user: as }],
    contexts: [
      { name: 'first', context: { cluster: 'c', user: 'u', namespace: 'default' } },
      { name: 'second', context: { cluster: 'c', user: 'nobody' } },
    ],
  });
}

test('certificates are read from the current context', () => {
  expect(readPlainKubeconfig(kubeconfig())).toEqual({
    context: 'first',
    server: 'https://127.0.0.1:6443',
    tls: { ca: Buffer.from('authority'), cert: Buffer.from('certificate'), key: Buffer.from('key') },
    headers: {},
  });
});

test('a token is a header', () => {
  const read = readPlainKubeconfig(kubeconfig({ of: { ...cluster, 'tls-server-name': 'api' }, as: { token: 'planted' } }));
  expect(read?.headers).toEqual({ Authorization: 'Bearer planted' });
  expect(read?.tls).toEqual({ ca: Buffer.from('authority'), servername: 'api' });
});

test.each([
  ['a plugin gives the credentials', kubeconfig({ as: { exec: { command: 'aws' } } })],
  ['a file has the token', kubeconfig({ as: { tokenFile: '/var/token' } })],
  ['somebody is impersonated', kubeconfig({ as: { ...user, as: 'root' } })],
  ['the certificate is not to be verified', kubeconfig({ of: { ...cluster, 'insecure-skip-tls-verify': true } })],
  ['there is a proxy', kubeconfig({ of: { ...cluster, 'proxy-url': 'http://proxy' } })],
  ['the server is not asked by TLS', kubeconfig({ of: { server: 'http://127.0.0.1' } })],
  ['a field is no text', kubeconfig({ as: { token: 1 } })],
  ['it is not YAML', '{'],
  ['it is empty', ''],
])('it is left to the library when %s', (_, text) => {
  expect(readPlainKubeconfig(text)).toBeUndefined();
});

test('it is left to the library when the context is not there, or names a user who is not', () => {
  expect(readPlainKubeconfig(kubeconfig(), 'third')).toBeUndefined();
  expect(readPlainKubeconfig(kubeconfig(), 'second')).toBeUndefined();
});
