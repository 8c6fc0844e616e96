import type { KubernetesObject } from '../kube/object.ts';
import { hideSecretsOf, keepFields, redactObject } from './object.ts';
import { redactText } from './text.ts';

const token = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJzeXN0ZW0ifQ', 'c2lnbmF0dXJlLXBsYW50ZWQ'].join('.');

test('a token in a log is removed in any context', () => {
  expect(redactText(`Authorization: Bearer ${token}, next`)).toBe('Authorization: Bearer (redacted), next');
  expect(redactText(`{"token":"${token}"}`)).toBe('{"token":"(redacted)"}');
});

test('a private key is removed completely', () => {
  const key = ['-----BEGIN EC PRIVATE KEY-----', 'cGxhbnRlZA==', '-----END EC PRIVATE KEY-----'].join('\n');
  expect(redactText(`before\n${key}\nafter`)).toBe('before\n(redacted)\nafter');
});

test('an ordinary line is unchanged', () => {
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

test('an object that is no Secret keeps its data', () => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'open' }, data: { key: 'value' } };
  expect(redactObject(map)).toEqual(map);
});

test('variables, headers, arguments and fields with the name of a secret are removed; the rest of a pod is kept', () => {
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

test('the values of Secrets and variables are removed from every text from then on, plain and in base64', () => {
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

test('only allowed fields are kept, also in lists, and none is added', () => {
  const pod = { kind: 'Pod', spec: { nodeName: 'a', containers: [{ name: 'x', env: ['secret'] }, { env: [] }] } };

  expect(keepFields(pod, { kind: true, status: true, spec: { containers: { name: true } } })).toEqual({
    kind: 'Pod',
    spec: { containers: [{ name: 'x' }, {}] },
  });
});
