import { withoutBookkeeping } from '../kube/bookkeeping.ts';
import type { KubernetesObject } from '../kube/object.ts';

const secrets: readonly RegExp[] = [
  // A JSON Web Token: three parts of base64url, the first of which begins with {" (RFC 7519).
  /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  // What joins a node to a k3s cluster. Source: k3s documentation, "k3s token".
  /\bK10[0-9a-f]{64}::\S+/g,
  // What a header or a kubeconfig says after the word.
  /(?<=\b(?:Bearer|token:|client-key-data:|password:)\s+)[^\s"',;]{8,}/gi,
];

/** The text without anything that would let somebody in: tokens, private keys, passwords. */
export function redactText(text: string): string {
  return secrets.reduce((redacted, secret) => redacted.replace(secret, '(redacted)'), text);
}

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/** The object without a Secret's values, and without what was last applied, which repeats them. */
export function redactObject(object: KubernetesObject): KubernetesObject {
  const plain = withoutBookkeeping(object);
  if (object.kind !== 'Secret') return plain;
  const { data, stringData } = object as Secret;
  return {
    ...plain,
    ...(data && { data: withoutValues(data) }),
    ...(stringData && { stringData: withoutValues(stringData) }),
  } as KubernetesObject;
}

function withoutValues(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `(redacted, ${value.length} characters)`]));
}
