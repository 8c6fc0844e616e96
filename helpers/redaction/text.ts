import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The replacement of a secret. */
export const redacted = '(redacted)';

/** Patterns of secrets. Lengths are bounded, so that the search in a long log is not quadratic. */
const secrets: readonly RegExp[] = [
  // A JSON Web Token: three parts of base64url, the first of which begins with {" (RFC 7519); then the same in base64.
  /eyJ[\w-]{8,2048}\.[\w-]{8,16384}\.[\w-]+/g,
  /ZXlK[\w+/=]{40,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{0,16384}?-----END [A-Z ]*PRIVATE KEY-----/g,
  // PEM in base64, as kubeconfigs and Secrets have it; certificates and keys differ only when decoded.
  /LS0tLS1CRUdJTi[\w+/=]*/g,
  // A Docker configuration with its credentials, in base64: {"auths":
  /eyJhdXRocyI6[\w+/=]*/g,
  // The token of a k3s cluster. Source: k3s documentation, "k3s token".
  /\bK10[0-9a-f]{64}::\S+/g,
  // Keys of AWS, Google Cloud, GitHub, GitLab and Slack. Source: their documentation of the prefixes.
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\b(?:gh[oprsu]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,})/g,
  // User information of a URL (RFC 3986, 3.2.1); the @ before an image's digest is not one.
  /(?<=:\/\/)(?:[^\s/:@"'<>]{0,256}:[^\s"'<>]{1,512}|[^\s/@"'<>]{1,512})(?=@(?!sha\d+:))/g,
  /(?<=\bBearer\s+)[^\s"',;]{8,}/gi,
  /(?<=\bauthorization\\?["']?[ \t]*[:=][ \t]*\\?["']?Basic\s+)[^\s"',;\\]+/gi,
  // The credentials of a registry in a Docker configuration.
  /(?<="auth\\*"\s*:\s*\\*")[^"\\]+/g,
];

const secretWords =
  'password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?key|private[_-]?key|key-data|credentials?';

/** `password=…`, `"token": "…"`, `client-key-data: …`, `DB_PASSWORD='…'`; and quoted once more, as within a JSON string. */
const assignment = new RegExp(
  `(${secretWords})(\\\\*["']?(?:[ \\t]*=[ \\t]*|[ \\t]*:[ \\t]*))(\\\\+"[^"\\\\]*\\\\+"|"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"',;&}\\])]+)`,
  'gi',
);

/** `--password …` */
const flag = new RegExp(`(--?[\\w-]*(?:${secretWords})[ \\t]+)(?!-)(\\S+)`, 'gi');

const nameOfSecret = new RegExp(`(?:${secretWords})$`, 'i');

/** Values that are no secrets. */
const noSecrets = /^\W*(?:true|false|null|nil|none|undefined|redacted)?\W*$/i;

/** After a colon, shorter words are mostly prose: "no token: try again". */
const shortestBehindColon = 8;

/** Whether a name is that of a secret: `DB_PASSWORD`, `--token`, `apiKey`. */
export function isNameOfSecret(name: string): boolean {
  return nameOfSecret.test(name);
}

/** A shorter value may occur elsewhere by chance. */
const shortestHidden = 8;

const hidden = new Set<string>();

/**
 * Registers values that `redactText` removes from every text from now on. Values with less than eight characters are ignored.
 */
export function hideValues(values: Iterable<string>): void {
  for (const value of values) if (value.trim().length >= shortestHidden) hidden.add(value);
}

/** The text without tokens, keys, passwords, and the values of `hideValues`. */
export function redactText(text: string): string {
  const values = [...hidden].filter((value) => text.includes(value)).sort((a, b) => b.length - a.length);
  const withoutValues = values.reduce((left, value) => left.replaceAll(value, redacted), text);
  return secrets
    .reduce((left, secret) => left.replace(secret, redacted), withoutValues)
    .replace(assignment, redactAssignment)
    .replace(flag, `$1${redacted}`);
}

function redactAssignment(
  assigned: string,
  name: string,
  separator: string,
  value: string,
  offset: number,
  text: string,
): string {
  // The label of a series that names a Secret: kube_secret_info{namespace="a",secret="b"}.
  if (
    name === 'secret' &&
    separator === '=' &&
    value.startsWith('"') &&
    /[{,] ?$/.test(text.slice(Math.max(0, offset - 2), offset))
  )
    return assigned;
  if (noSecrets.test(value)) return assigned;
  const quote = /^\\*["']/.exec(value)?.[0] ?? '';
  if (quote === '' && separator.includes(':') && value.length < shortestBehindColon) return assigned;
  return `${name}${separator}${quote}${redacted}${quote}`;
}

/** The value with every string in it redacted, for values that are written as JSON or rendered. */
export function redactStrings<T>(value: T): T {
  return mapStrings(value, redactText) as T;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, mapStrings(field, change)]));
}

const unfinishedKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----(?![\s\S]*-----END [A-Z ]*PRIVATE KEY-----)[\s\S]*$/;

/** The maximum length of an incomplete private key that is buffered; the longest keys have a tenth of it. */
const longestKey = 64 * 1024;

/** A stream that redacts whole lines, so that a secret in two chunks is found. */
export function redactingStream(): Transform {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  return new Transform({
    transform(chunk: Buffer, _, done) {
      pending += decoder.write(chunk);
      const lines = pending.lastIndexOf('\n') + 1;
      const key = pending.length < longestKey ? unfinishedKey.exec(pending.slice(0, lines))?.index : undefined;
      const whole = pending.slice(0, key ?? lines);
      pending = pending.slice(whole.length);
      done(null, redactText(whole));
    },
    flush(done) {
      done(null, redactText(pending + decoder.end()));
    },
  });
}
