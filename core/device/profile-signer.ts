/**
 * Who signs enrolment profiles: a certificate that devices trust, so that the profile shows as verified. None: profiles are
 * plain. A device takes a renewed profile only from the signer of the first (Apple, InstallProfile), so former ones are kept.
 */
import type { Instant } from '../ambient.ts';
import type { Sha256 } from '../ids.ts';

export interface ProfileSigner {
  /** SHA-256 of the certificate. */
  readonly fingerprint: Sha256;
  /** PEM. */
  readonly certificate: string;
  /** PEM. Secret: it is never answered, logged or audited. */
  readonly key: string;
  /** PEM: the certificates above it, which devices may not have. */
  readonly chain: readonly string[];
  readonly expiresAt: Instant;
}

export interface ProfileSigners {
  /** Absent: new profiles are plain. */
  readonly current?: ProfileSigner;
  /** Newest first. */
  readonly former: readonly ProfileSigner[];
}

export interface ProfileSignerStore {
  signers(): Promise<ProfileSigners>;
  /** Replaces them by what `change` makes of them as they are now. Throws `conflict` where another change came between. */
  change(change: (signers: ProfileSigners) => ProfileSigners): Promise<ProfileSigners>;
}

/** As many as a secret holds with room to spare: certificates of this kind change once a year at most, identities live for five. */
const MOST_FORMER = 5;

/** `next` signs from now on; undefined: nobody does. */
export function withSigner({ current, former }: ProfileSigners, next: ProfileSigner | undefined): ProfileSigners {
  const before = [...(current === undefined ? [] : [current]), ...former].filter(({ fingerprint }) => fingerprint !== next?.fingerprint);
  return { ...(next === undefined ? {} : { current: next }), former: before.slice(0, MOST_FORMER) };
}

/** The signer of a profile that was given out; undefined where it was plain, or its signer is kept no more. */
export function signerOf({ current, former }: ProfileSigners, signedBy: Sha256 | undefined): ProfileSigner | undefined {
  return signedBy === undefined ? undefined : [...(current === undefined ? [] : [current]), ...former].find(({ fingerprint }) => fingerprint === signedBy);
}
