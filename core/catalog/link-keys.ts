/** The keys that make download links good. All of them are secret but `publicKey`. */
export interface LinkKeys {
  /** PEM (PKCS #8): signs package links. */
  readonly privateKey: string;
  /** PEM (SPKI): by which the communication server's edge checks them. */
  readonly publicKey: string;
  /** base64url of 32 bytes: proves manifest links. */
  readonly linkKey: string;
}

export interface LinkKeyStore {
  /** Throws `internal` where none were made yet. */
  keys(): Promise<LinkKeys>;
  /** The keys; made by `make` where there are none. Two first uses at once end with the same ones. */
  establish(make: () => Promise<LinkKeys>): Promise<LinkKeys>;
}
