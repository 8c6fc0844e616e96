import { isNameOfSecret, redacted, redactText } from './text.ts';

const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/g;

/**
 * An exposition without secrets in label values: with an allowlist of annotations the exporter may expose whole objects, including a
 * Secret's data. The label `secret`, which has the name of a Secret, is kept.
 */
export function redactExposition(text: string): string {
  return text.replace(label, (pair, name: string, value: string) => (isSecret(name, value) ? `${name}="${redacted}"` : pair));
}

/** The name of the first label that `redactExposition` would change; undefined without one. */
export function labelWithSecret(text: string): string | undefined {
  for (const [, name = '', value = ''] of text.matchAll(label)) if (isSecret(name, value)) return name;
  return undefined;
}

function isSecret(name: string, escaped: string): boolean {
  const value = escaped.includes('\\') ? unescaped(escaped) : escaped;
  const hasSecretName = /^(?:annotation|label)_/.test(name) && isNameOfSecret(name);
  return hasSecretName || holdsObject(value) || redactText(value) !== value;
}

/** Whether the text contains a Kubernetes object as JSON. */
function holdsObject(value: string): boolean {
  return value.includes('{') && /\\*"(?:apiVersion|kind|metadata|data|stringData|spec|auths)\\*"\s*:/.test(value);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
