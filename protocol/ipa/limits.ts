const MIB = 1024 * 1024;

/** What a package may cost to read. Honest packages stay far below. */
export interface IpaLimits {
  /** Files and folders in the archive. */
  readonly entries: number;
  /** Bytes of an Info.plist or provisioning profile, unpacked. */
  readonly fileBytes: number;
  /** Bytes of the icon, unpacked. */
  readonly iconBytes: number;
  /** Embedded provisioning profiles. */
  readonly profiles: number;
  /** Bytes read from the source in all, the directory of the archive included. */
  readonly readBytes: number;
  /** Unpacked bytes above which a package that unpacks to more than `bombRatio` times its size is refused. */
  readonly bombBytes: number;
  readonly bombRatio: number;
}

export const ipaLimits: IpaLimits = { entries: 100_000, fileBytes: 4 * MIB, iconBytes: MIB / 2, profiles: 64, readBytes: 64 * MIB, bombBytes: 1024 * MIB, bombRatio: 100 };
