const untrusted =
  "its certificate is of an authority that the kubeconfig does not name; set the cluster's certificate-authority-data (or certificate-authority) to that authority";

const plain = 'it does not speak TLS there; compare the port of the server in the kubeconfig';

/** What an error of a connection means and what to do, by the code that Node.js gives. */
const meanings: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired; it must be renewed',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; compare the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for other names; set the cluster's tls-server-name to one of them",
  EPROTO: plain,
  ERR_SSL_WRONG_VERSION_NUMBER: plain,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: plain,
  ENOTFOUND: 'its host name is unknown; look at the server in the kubeconfig, and at the name server',
  EAI_AGAIN: 'the name server does not answer for its host name',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no route to its network',
  ETIMEDOUT: 'its host does not take the connection',
};

/** Why a request has no answer, without a full stop: what the error means where that is known, and the words of the error. */
export function whyUnanswered(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const meaning = meanings[code];
  const words = message || code || String(error);
  // The words of hpagent.
  const [, refusal] = /^Bad response: (\d+)$/.exec(words) ?? [];
  if (refusal !== undefined) return `the proxy refuses the way with status ${refusal}`;
  return meaning === undefined ? words : `${meaning} (${words})`;
}
