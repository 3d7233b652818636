/** A device that does one thing at a time, when it is told to: what it costs the server can then be told apart. */
import { createHash } from 'node:crypto';
import { decodeCommand, type WireCommand } from '../../protocol/command.ts';
import { decodePlist, type PlistDict } from '../../protocol/plist.ts';
import type { Courier } from '../../simulator/courier.ts';
import { connect, enrolDevice, sendToken, type ManagedIdentity } from '../../simulator/identity.ts';

export interface HandDrivenDevice {
  readonly serialNumber: string;
  /** Says that it has nothing to report. Answers the command that it is given, and its id; undefined: none. */
  idle(): Promise<Received | undefined>;
  /** Reports on a command. */
  report(received: Received, answer: PlistDict): Promise<Received | undefined>;
}

export interface Received {
  readonly id: string;
  readonly command: WireCommand;
}

/** Enrols over HTTP. The push service knows it and finds it reachable; pushes change nothing. */
export async function enrolByHand(profileUrl: string, number: number, courier: Courier, now: () => number): Promise<HandDrivenDevice> {
  const digits = createHash('sha256').update(`bench ${number}`).digest('hex').toUpperCase();
  const hardware = { udid: `00008120-${digits.slice(0, 16)}`, serialNumber: `B${digits.slice(0, 11)}`, productName: 'iPhone15,4', osVersion: '18.6' };
  const identity: ManagedIdentity = await enrolDevice(profileUrl, hardware, now);
  const token = digits.toLowerCase();
  courier.register(token);
  courier.connect(token);
  await sendToken(identity, token, digits.slice(0, 32), now());
  const exchange = async (report: PlistDict): Promise<Received | undefined> => {
    const answer = await connect(identity, { UDID: identity.enrolmentId, ...report }, now());
    return answer === undefined ? undefined : decodeCommand(decodePlist(answer));
  };
  return {
    serialNumber: hardware.serialNumber,
    idle: () => exchange({ Status: 'Idle' }),
    report: ({ id }, answer) => exchange({ Status: 'Acknowledged', CommandUUID: id, ...answer }),
  };
}

/** What such a device reports on each command: all goes well, and the app is there. */
export function goodAnswer(command: WireCommand, app: { readonly bundleId: string; readonly shortVersion: string; readonly version: string }): PlistDict {
  switch (command.requestType) {
    case 'InstallApplication':
      return { Identifier: app.bundleId, State: 'Installing' };
    case 'ManagedApplicationList':
      return { ManagedApplicationList: { [app.bundleId]: { Status: 'Managed', ManagementFlags: 5, HasConfiguration: false, HasFeedback: false, IsValidated: true } } };
    case 'InstalledApplicationList':
      return { InstalledApplicationList: [{ Identifier: app.bundleId, ShortVersion: app.shortVersion, Version: app.version, Installing: false, IsValidated: true }] };
    case 'DeclarativeManagement':
      return {};
    case 'DeviceInformation':
      return { QueryResponses: { ProductName: 'iPhone15,4', OSVersion: '18.6', IsSupervised: true } };
    case 'InstallProfile':
    case 'Other':
      return {};
  }
}
