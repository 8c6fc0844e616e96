import { isNameOfSecret, redacted, redactText } from './text.ts';

const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/g;

/**
 * An exposition whose label values hold no secret: an allowlist of annotations makes the exporter expose whole objects, a
 * Secret's data among them. Only values are looked at, so that the label `secret` keeps the name that it has.
 */
export function redactExposition(text: string): string {
  return text.replace(label, (all, name: string, value: string) => (isSecret(name, value) ? `${name}="${redacted}"` : all));
}

/** The first label that `redactExposition` would change, which is why an exposition cannot be kept as it is. */
export function labelWithSecret(text: string): string | undefined {
  return [...text.matchAll(label)].find(([, name = '', value = '']) => isSecret(name, value))?.[1];
}

function isSecret(name: string, escaped: string): boolean {
  const value = escaped.includes('\\') ? unescaped(escaped) : escaped;
  const isNamedSo = /^(?:annotation|label)_/.test(name) && isNameOfSecret(name);
  return isNamedSo || holdsObject(value) || redactText(value) !== value;
}

/** Whether the text holds an object as the API writes it. */
function holdsObject(value: string): boolean {
  return value.includes('{') && /\\*"(?:apiVersion|kind|metadata|data|stringData|spec|auths)\\*"\s*:/.test(value);
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
