/** Where the certification authority of device identities is kept. */
export interface StoredAuthority {
  /** PEM. */
  readonly certificate: string;
  /** PEM (PKCS #8). Secret. */
  readonly key: string;
}

export interface AuthorityStore {
  current(): Promise<StoredAuthority | undefined>;
  /** The authority; made by `make` where there is none. Two first uses at once end with the same one. */
  authority(make: () => Promise<StoredAuthority>): Promise<StoredAuthority>;
}
