/** What the world sees of a placement: what the function `verify` found, which is given a link and has no other rights. */
import type { Instant } from '../ambient.ts';
import type { Sha256 } from '../ids.ts';

/** How a request was answered. Where nothing came, `problem` is the code of the failure and `status` 0. */
export interface Answered {
  readonly status: number;
  readonly contentType: string;
  /** Content-Length, bytes. */
  readonly size?: number;
  /** When the server's certificate ends; absent without TLS. */
  readonly certificateUntil?: Instant;
  /** `CERT_HAS_EXPIRED`, `ENOTFOUND`, …: never an address, which is a secret. */
  readonly problem?: string;
}

/** Where something is: no path and no query, which are secret. */
export interface Whereabouts {
  readonly secure: boolean;
  /** Host without the port. */
  readonly host: string;
}

/** What a manifest says, as far as it can be compared. */
export interface SeenManifest {
  readonly bundleId: string;
  readonly version: string;
  readonly title: string;
  readonly sha256s: readonly string[];
  /** Bytes of a chunk. */
  readonly sha256Size: number;
}

/** What the package says of itself when it is read over the wire. */
export interface SeenPackage {
  readonly bundleId: string;
  readonly version: string;
  readonly shortVersion: string;
  readonly title: string;
  /** When the first of its profiles ends; absent where it has none. */
  readonly profileExpiresAt?: Instant;
}

export interface SeenFile {
  readonly at: Whereabouts;
  /** How long its link says that it is good. */
  readonly linkUntil?: Instant;
  readonly head: Answered;
  /** Status of a request for the first byte alone: 206 where a download can be resumed. */
  readonly range?: number;
  /** The same with `If-Range`: of this very file, and of another one, which must give the whole. */
  readonly ifRange?: { readonly same: number; readonly other: number };
  readonly digests?: { readonly whole: Sha256; readonly chunks: readonly Sha256[]; readonly size: number };
  /** Why the download did not come to its end. */
  readonly interrupted?: string;
  readonly says?: SeenPackage;
  /** Why it could not be read as a package. */
  readonly unreadable?: string;
}

export interface OutsideView {
  readonly at: Whereabouts;
  readonly manifest: Answered;
  readonly says?: SeenManifest;
  /** Why what came is no manifest. */
  readonly unreadable?: string;
  /** Absent where no manifest told where it is. */
  readonly file?: SeenFile;
}
