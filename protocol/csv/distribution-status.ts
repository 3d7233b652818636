/** The distribution status that administrators export: who has which version, and who is to be chased. */
import { neutralise, writeLine } from './table.ts';

/**
 * Codes of the Status column, ours: 0 not instructed (skipped and cancelled too), 1 installed, 2 scheduled, 3 instructed and
 * not finished, 4 failed (error, rejected, or past 24 hours).
 */
export type StatusCode = 0 | 1 | 2 | 3 | 4;

export interface DistributionStatusRow {
  /** The device's name. */
  readonly name: string;
  readonly status: StatusCode;
  readonly bundleId: string;
  /** Empty where the device has none. */
  readonly version: string;
}

/** The first line, for exports that are written as they are gathered. */
export const distributionStatusHeader = writeLine(['Name', 'Status', 'Package name', 'Version']);

/** The line of one device and version. */
export function distributionStatusLine({ name, status, bundleId, version }: DistributionStatusRow): string {
  return writeLine([neutralise(name), String(status), neutralise(bundleId), neutralise(version)]);
}

/** A whole export: UTF-8 text, lines ending in LF, cells that spreadsheets would run as formulas neutralised. */
export function encodeDistributionStatus(rows: Iterable<DistributionStatusRow>): string {
  let text = distributionStatusHeader;
  for (const row of rows) text += distributionStatusLine(row);
  return text;
}
