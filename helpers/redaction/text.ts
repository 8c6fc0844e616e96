/** What stands where a secret was. */
export const redacted = '(redacted)';

/** What is a secret wherever it stands. Lengths are bounded: a log must not be able to make the search quadratic. */
const secrets: readonly RegExp[] = [
  // A JSON Web Token: three parts of base64url, the first of which begins with {" (RFC 7519); then the same in base64.
  /eyJ[\w-]{8,2048}\.[\w-]{8,16384}\.[\w-]+/g,
  /ZXlK[\w+/=]{40,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{0,16384}?-----END [A-Z ]*PRIVATE KEY-----/g,
  // PEM in base64, as kubeconfigs and Secrets have it; whether it is a certificate or a key shows only when it is decoded.
  /LS0tLS1CRUdJTi[\w+/=]*/g,
  // A Docker configuration with its credentials, in base64: {"auths":
  /eyJhdXRocyI6[\w+/=]*/g,
  // What joins a node to a k3s cluster. Source: k3s documentation, "k3s token".
  /\bK10[0-9a-f]{64}::\S+/g,
  // Keys of AWS, Google Cloud, GitHub, GitLab and Slack. Source: their documentation of the prefixes.
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\b(?:gh[oprsu]_\w{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abeoprs]-[\w-]{10,})/g,
  // User information of a URL (RFC 3986, 3.2.1); an image's digest is behind an @ as well.
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

/** Values that say that there is no secret, or whether there is. */
const noSecrets = /^\W*(?:true|false|null|nil|none|undefined|redacted)?\W*$/i;

/** Behind a colon, shorter words are mostly prose: "no token: try again". */
const shortestBehindColon = 8;

/** Whether what is called so is a secret: `DB_PASSWORD`, `--token`, `apiKey`. */
export function isNameOfSecret(name: string): boolean {
  return nameOfSecret.test(name);
}

/** Below this length a value is a word that occurs elsewhere by chance. */
const shortestHidden = 8;

const hidden = new Set<string>();

/**
 * From now on `redactText` takes these values out of every text, in whatever place they stand; those of less than eight characters
 * are passed over.
 */
export function hideValues(values: Iterable<string>): void {
  for (const value of values) if (value.trim().length >= shortestHidden) hidden.add(value);
}

/** The text without anything that would let somebody in: tokens, keys, passwords, and the values that were hidden by name. */
export function redactText(text: string): string {
  const values = [...hidden].filter((value) => text.includes(value)).sort((a, b) => b.length - a.length);
  const withoutValues = values.reduce((left, value) => left.replaceAll(value, redacted), text);
  return secrets
    .reduce((left, secret) => left.replace(secret, redacted), withoutValues)
    .replace(assignment, redactAssignment)
    .replace(flag, `$1${redacted}`);
}

function redactAssignment(all: string, name: string, separator: string, value: string, offset: number, text: string): string {
  // The label of a series that names a Secret: kube_secret_info{namespace="a",secret="b"}.
  if (
    name === 'secret' &&
    separator === '=' &&
    value.startsWith('"') &&
    /[{,] ?$/.test(text.slice(Math.max(0, offset - 2), offset))
  )
    return all;
  if (noSecrets.test(value)) return all;
  const quote = /^\\*["']/.exec(value)?.[0] ?? '';
  if (quote === '' && separator.includes(':') && value.length < shortestBehindColon) return all;
  return `${name}${separator}${quote}${redacted}${quote}`;
}

/** The same value with every text in it redacted: for what is written as JSON, or rendered from it. */
export function redactStrings<T>(value: T): T {
  return mapStrings(value, redactText) as T;
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, mapStrings(field, change)]));
}
