import { UsageError } from '../errors.ts';
import { formatProxy, proxyFromEnvironment, proxyNamed } from './proxy.ts';

const through = (server: string, environment: Readonly<Record<string, string>>) =>
  proxyFromEnvironment(new URL(server), environment)?.url.host;

test.each([
  ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }, 'proxy:3128'],
  ['https_proxy in lower case', { https_proxy: 'http://proxy:3128' }, 'proxy:3128'],
  ['a proxy without a scheme', { HTTPS_PROXY: 'proxy:3128' }, 'proxy:3128'],
  ['no proxy for HTTP_PROXY, which is for http:', { HTTP_PROXY: 'http://proxy:3128' }, undefined],
  ['no proxy without variables', {}, undefined],
])('a remote server is reached through %s', (_, environment, expected) => {
  expect(through('https://api.example.com:6443', environment)).toBe(expected);
});

test.each([
  ['https://api.example.com', 'example.com'],
  ['https://api.example.com', '.example.com'],
  ['https://api.example.com', '*.example.com'],
  ['https://example.com', 'example.com'],
  ['https://10.1.2.3:6443', '10.0.0.0/8'],
  ['https://10.1.2.3:6443', 'example.com, 10.1.2.3'],
  ['https://api.example.com:6443', 'api.example.com:6443'],
  ['https://[fd00::1]:6443', 'fd00::/8'],
  ['https://api.example.com', '*'],
  ['https://127.0.0.1:6443', ''],
  ['https://localhost:6443', ''],
  ['https://[::1]:6443', ''],
])('%s is reached directly with NO_PROXY=%s', (server, NO_PROXY) => {
  expect(through(server, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY })).toBeUndefined();
});

test.each([
  ['https://example.com', '.example.com'],
  ['https://notexample.com', 'example.com'],
  ['https://11.1.2.3:6443', '10.0.0.0/8'],
  ['https://api.example.com:6443', 'api.example.com:443'],
])('%s is not excluded by NO_PROXY=%s', (server, NO_PROXY) => {
  expect(through(server, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY })).toBe('proxy:3128');
});

test('neither the text of a proxy nor the error of an invalid one has its password', () => {
  expect(formatProxy(proxyNamed('socks5://me:secret@proxy:1080', 'proxy-url'))).toBe('the proxy socks5://proxy:1080 (proxy-url)');
  expect(() => proxyNamed('gopher://me:secret@proxy', 'HTTPS_PROXY')).toThrow(UsageError);
  expect(() => proxyNamed('gopher://me:secret@proxy', 'HTTPS_PROXY')).not.toThrow(/secret/);
});
