const base64 = (text: string) => Buffer.from(text).toString('base64');
const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJwbGFudGVkIn0', 'cGxhbnRlZC1zaWduYXR1cmU'].join('.');
const pem = ['-----BEGIN EC PRIVATE KEY-----', base64('planted key'), '-----END EC PRIVATE KEY-----'].join('\n');
const word = 'planted-word';
const docker = base64(`{"auths":{"r":{"auth":"${word}"}}}`);

/** Every form of a secret in a text. They are assembled here, so that no scanner reports the source as a leak. */
export const planted: Readonly<Record<string, { readonly text: string; readonly secret: string }>> = {
  'a JSON Web Token': { text: `the account's ${jwt}.`, secret: jwt },
  'a JSON Web Token in base64': { text: base64(jwt), secret: base64(jwt) },
  'a private key': { text: pem, secret: base64('planted key') },
  'a private key in base64': { text: `key: ${base64(pem)}`, secret: base64(pem) },
  'a bearer token': { text: `Authorization: Bearer ${word}`, secret: word },
  'a basic authorization': { text: `Authorization: Basic ${base64(word)}`, secret: base64(word) },
  'the token of a k3s cluster': { text: `K10${'5eed'.repeat(16)}::server:${word}`, secret: word },
  'user and password in a URL': { text: `postgres://joe:${word}@db:5432/shop`, secret: word },
  'a token in a URL': { text: `https://${word}@example.org/`, secret: word },
  'a key of AWS': { text: `id ${'AKIA'}${'ABCD'.repeat(4)}`, secret: `${'AKIA'}${'ABCD'.repeat(4)}` },
  'a token of GitHub': { text: `${'ghp'}_${'a1'.repeat(20)}`, secret: `${'ghp'}_${'a1'.repeat(20)}` },
  'a password that is assigned': { text: `DB_PASSWORD=${word}`, secret: word },
  'a token that is assigned': { text: `?token=${word}&x=y`, secret: word },
  'a secret that is assigned': { text: `client_secret='${word}'`, secret: word },
  'a secret in JSON': { text: `{"clientSecret": "${word}"}`, secret: word },
  'a key in YAML': { text: `client-key-data: ${word}`, secret: word },
  'a flag with its value': { text: `--api-key ${word}`, secret: word },
  'the credentials of a registry': { text: `{"auths":{"r.example.org":{"auth":"${base64(word)}"}}}`, secret: base64(word) },
  'a Docker configuration in base64': { text: docker, secret: docker },
};
