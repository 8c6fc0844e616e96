import { labelWithSecret, redactExposition } from './exposition.ts';

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
