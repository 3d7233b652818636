/** Why a server could not be reached, in words: by the codes of Node's TLS, DNS and sockets. */
export interface ReachProblem {
  /** What of the connection did not hold. */
  readonly of: 'certificate' | 'name' | 'connection';
  readonly words: string;
  readonly remedy: string;
}

const trusted = 'Install a certificate of a public authority with its whole chain, or roll your own authority out to the devices first; then verify again.';
const untrusted: Omit<ReachProblem, 'words'> = { of: 'certificate', remedy: trusted };
const unreached: ReachProblem = { of: 'connection', words: 'no answer', remedy: 'See that the server runs and that no firewall stands before it, then verify again.' };
const unnamed: ReachProblem = { of: 'name', words: 'a name that DNS does not know', remedy: 'Correct the name in the DNS, or in the configuration of the deployment; then verify again.' };

const problems: Readonly<Record<string, ReachProblem>> = {
  CERT_HAS_EXPIRED: { of: 'certificate', words: 'a certificate that has expired', remedy: 'Renew the certificate of this server, then verify again.' },
  CERT_NOT_YET_VALID: { of: 'certificate', words: 'a certificate that is not valid yet', remedy: 'Install one that is valid now, or wait for it; then verify again.' },
  ERR_TLS_CERT_ALTNAME_INVALID: { of: 'certificate', words: 'a certificate for another name', remedy: 'Install a certificate for this very name, then verify again.' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { ...untrusted, words: 'a certificate signed by itself, which no device trusts' },
  SELF_SIGNED_CERT_IN_CHAIN: { ...untrusted, words: 'a certificate of an authority that devices do not trust' },
  UNABLE_TO_GET_ISSUER_CERT: { ...untrusted, words: 'a certificate of an authority that devices do not trust' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { ...untrusted, words: 'a certificate of an authority that devices do not trust' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { ...untrusted, words: 'a certificate without its chain, or of an authority that devices do not trust' },
  CERT_SIGNATURE_FAILURE: { ...untrusted, words: 'a certificate that the authority it names has not signed, and that devices do not trust' },
  INVALID_PURPOSE: { of: 'certificate', words: 'a certificate that is for something else than a server', remedy: 'Install a certificate for servers (extended key usage serverAuth), then verify again.' },
  CERT_REVOKED: { of: 'certificate', words: 'a certificate that was revoked', remedy: 'Install another certificate, then verify again.' },
  ENOTFOUND: unnamed,
  EAI_AGAIN: unnamed,
  ECONNREFUSED: { ...unreached, words: 'a connection that is refused' },
  ECONNRESET: { ...unreached, words: 'a connection that breaks off' },
};

export function reachProblem(code: string): ReachProblem {
  const known = problems[code];
  if (known !== undefined) return known;
  return /CERT|TLS|SSL|^INVALID_|^PATH_LENGTH_EXCEEDED$/.test(code) ? { ...untrusted, words: `a certificate or connection that does not hold (${code})` } : { ...unreached, words: `no answer (${code})` };
}
