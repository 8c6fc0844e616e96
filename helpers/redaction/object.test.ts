import type { KubernetesObject } from '../kube/object.ts';
import { hideSecretsOf, redactObject } from './object.ts';
import { redactText } from './text.ts';

const token = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJzeXN0ZW0ifQ', 'c2lnbmF0dXJlLXBsYW50ZWQ'].join('.');

test('a token in a log is taken out, whatever stands around it', () => {
  expect(redactText(`Authorization: Bearer ${token}, next`)).toBe('Authorization: Bearer (redacted), next');
  expect(redactText(`{"token":"${token}"}`)).toBe('{"token":"(redacted)"}');
});

test('a private key is taken out whole', () => {
  const key = ['-----BEGIN EC PRIVATE KEY-----', 'cGxhbnRlZA==', '-----END EC PRIVATE KEY-----'].join('\n');
  expect(redactText(`before\n${key}\nafter`)).toBe('before\n(redacted)\nafter');
});

test('an ordinary line is left as it is', () => {
  const line = 'failed to list *v2beta2.HorizontalPodAutoscaler: the server could not find the requested resource';
  expect(redactText(line)).toBe(line);
});

test('a Secret keeps its keys and loses its values', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'planted',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"cGxhbnRlZA=="}}', kept: 'yes' },
    },
    data: { password: 'cGxhbnRlZA==' },
  };
  const redacted = JSON.stringify(redactObject(secret));
  expect(redacted).not.toContain('cGxhbnRlZA==');
  expect(redactObject(secret)).toMatchObject({
    data: { password: '(redacted, 12 characters)' },
    metadata: { annotations: { kept: 'yes' } },
  });
});

test('what is not a Secret keeps its data', () => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'open' }, data: { key: 'value' } };
  expect(redactObject(map)).toEqual(map);
});

test('what is called a secret is taken out of variables, headers, arguments and fields; the rest of a pod stays', () => {
  const container = {
    name: 'main',
    args: ['--port=8080', '--api-token', 'planted', '--password=planted', 'visible'],
    env: [
      { name: 'DB_PASSWORD', value: 'planted' },
      { name: 'DB_HOST', value: 'db' },
    ],
    readinessProbe: { httpGet: { httpHeaders: [{ name: 'Authorization', value: 'planted' }] } },
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'own' }, spec: { containers: [container] } };
  const redacted = JSON.stringify(redactObject(pod));

  expect(redacted).not.toContain('planted');
  for (const kept of ['--port=8080', '--api-token', 'DB_PASSWORD', '"db"', 'visible', 'own']) expect(redacted).toContain(kept);
});

test('what a Secret or a variable holds is taken out of every text from then on, in either form', () => {
  const data = { note: Buffer.from('hidden by its Secret').toString('base64') };
  const env = [{ name: 'API_TOKEN', value: 'hidden by its variable' }];
  hideSecretsOf([
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, data } as KubernetesObject,
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec: { containers: [{ env }] } } as KubernetesObject,
  ]);

  expect(redactText(`1 hidden by its Secret 2 ${data.note} 3 hidden by its variable`)).toBe(
    '1 (redacted) 2 (redacted) 3 (redacted)',
  );
});
