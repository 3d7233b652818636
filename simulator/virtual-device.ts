/** One simulated device and its user: sleeps, is pushed to, fetches commands, prompts, downloads, reports. */
import { decodeCommand, type WireCommand } from '../protocol/command.ts';
import { decodeManifest } from '../protocol/manifest.ts';
import { decodePlist, type PlistDict } from '../protocol/plist.ts';
import { installedList, managedList } from './app-lists.ts';
import { seePictures } from './app-picture.ts';
import type { BranchLink } from './branch-link.ts';
import type { SimulatorClock } from './clock.ts';
import type { Courier } from './courier.ts';
import { DeclarativeAgent } from './declarative.ts';
import { DeviceApp, type AppAccount, type InstalledVersion } from './device-app.ts';
import { downloadPackage, versionInPackage, type Fetched } from './download.ts';
import { checkOut, connect, enrolDevice, identityFrom, sendToken, type Hardware, type KeySource, type ManagedIdentity } from './identity.ts';
import { appToRemove, failure, obeyOther, removesManagement, type OtherCommand } from './other-commands.ts';
import { awakeFrom, type Character } from './temper.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

export interface DeviceSetting {
  readonly hardware: Hardware;
  readonly branch: string;
  readonly timeZone: string;
  readonly character: Character;
  readonly clock: SimulatorClock;
  readonly courier: Courier;
  readonly link: BranchLink;
  /** Every device makes its own where absent. */
  readonly keyOf?: KeySource;
}

/** How long a device that has restarted lies there before its user, who is awake, unlocks it. */
const UNLOCKED_AFTER = { from: 10 * MINUTE, to: 40 * MINUTE } as const;

/** Devices whose users take longer than this to answer take a minute to remove an app: it is in the foreground. */
const SLOW_MINUTES = 20;

/** What a device answers before its first unlock after a restart, too. Everything else: NotNow. */
const answeredWhileLocked: ReadonlySet<WireCommand['requestType']> = new Set(['DeviceInformation', 'InstalledApplicationList']);

export class VirtualDevice {
  readonly setting: DeviceSetting;
  private readonly apps = new Map<string, DeviceApp>();
  /** Prompts that were declined, by app. */
  private readonly declined = new Set<string>();
  private identity: ManagedIdentity | undefined;
  private readonly token: string;
  private readonly magic: string;
  private inSession = false;
  private calledAgain = false;
  /** First unlock after a restart; undefined: none is awaited. */
  private unlockedAt: number | undefined;
  private off = false;
  /** The profile is to go, and the server has not been told that it did. */
  private leaving = false;
  private agent: DeclarativeAgent | undefined;
  /** Bytes fetched and downloads resumed, for the account. */
  fetched: Fetched = { bytes: 0, resumed: 0 };
  sessions = 0;

  constructor(setting: DeviceSetting) {
    this.setting = setting;
    this.token = setting.character.random.bytes(32).toString('hex');
    this.magic = setting.character.random.bytes(16).toString('hex');
  }

  get pushToken(): string {
    return this.token;
  }

  /** What the device itself would say became of an app. */
  account(bundleId: string): AppAccount {
    return this.apps.get(bundleId)?.account ?? 'untouched';
  }

  /** The app was there before MDM. */
  has(bundleId: string, version: InstalledVersion, managed: boolean): void {
    this.apps.set(bundleId, DeviceApp.present(version, managed));
  }

  async enrol(profileUrl: string): Promise<void> {
    const { clock, courier, hardware, keyOf } = this.setting;
    this.identity = await enrolDevice(profileUrl, hardware, () => clock.now(), keyOf);
    courier.register(this.token);
    courier.connect(this.token);
    await sendToken(this.identity, this.token, this.magic, clock.now());
  }

  /** Off from now for so long; a push waits for it meanwhile. */
  switchOff(milliseconds: number): void {
    const { clock, courier } = this.setting;
    this.off = true;
    courier.disconnect(this.token);
    clock.at(clock.now() + milliseconds, () => {
      this.off = false;
      courier.connect(this.token);
      return Promise.resolve();
    });
  }

  /** A push arrived. Resolves when the session that it caused is over. */
  async pushed(magic: string): Promise<void> {
    if (magic !== this.magic || this.off) return;
    await this.session();
  }

  private async session(): Promise<void> {
    if (this.inSession) {
      this.calledAgain = true;
      return;
    }
    this.inSession = true;
    try {
      await this.setting.clock.during(this.exchange());
    } finally {
      this.inSession = false;
    }
    // A push during a session may be about something that came after its last answer.
    if (!this.calledAgain) return;
    this.calledAgain = false;
    await this.session();
  }

  private async exchange(): Promise<void> {
    if (this.identity === undefined) return;
    this.sessions += 1;
    let report: PlistDict = { Status: 'Idle' };
    for (;;) {
      // A profile that comes in the middle of it brings another.
      const { identity } = this;
      const answer = await connect(identity, { UDID: identity.enrolmentId, ...report }, this.setting.clock.now());
      if (answer === undefined) break;
      const { id, command } = decodeCommand(decodePlist(answer));
      report = { CommandUUID: id, ...(this.isLocked(command) ? { Status: 'NotNow' } : await this.obey(command)) };
    }
    if (this.leaving) return this.leave();
    // A device comes back by itself when NotNow was its last word.
    if (report['Status'] === 'NotNow') this.setting.clock.at(this.unlockedAt ?? 0, () => this.session());
  }

  /** One that is apt to has restarted when its first app is to be installed: an update of the system, an empty battery. */
  private isLocked({ requestType }: WireCommand): boolean {
    const { character, clock, timeZone } = this.setting;
    const now = clock.now();
    if (this.unlockedAt === undefined && character.temper === 'locked' && requestType === 'InstallApplication') {
      this.unlockedAt = awakeFrom(character, now + character.random.between(UNLOCKED_AFTER.from, UNLOCKED_AFTER.to), timeZone);
    }
    return now < (this.unlockedAt ?? 0) && !answeredWhileLocked.has(requestType);
  }

  private async obey(command: WireCommand): Promise<PlistDict> {
    switch (command.requestType) {
      case 'InstallProfile':
        this.identity = await identityFrom(command.payload, this.setting.hardware.udid, () => this.setting.clock.now(), this.setting.keyOf);
        return { Status: 'Acknowledged' };
      case 'InstallApplication':
        return this.install(command.manifestUrl);
      case 'ManagedApplicationList':
        return { Status: 'Acknowledged', ManagedApplicationList: managedList(this.apps, command.identifiers) };
      case 'InstalledApplicationList':
        return { Status: 'Acknowledged', InstalledApplicationList: installedList(this.apps, command.identifiers) };
      case 'DeclarativeManagement':
        this.synchroniseDeclarations();
        return { Status: 'Acknowledged' };
      case 'DeviceInformation': {
        const { hardware, character } = this.setting;
        return { Status: 'Acknowledged', QueryResponses: { UDID: hardware.udid, SerialNumber: hardware.serialNumber, ProductName: hardware.productName, OSVersion: hardware.osVersion, IsSupervised: character.temper === 'supervised' } };
      }
      case 'Other':
        return this.other(command);
    }
  }

  private other(command: OtherCommand): PlistDict {
    const identifier = appToRemove(command);
    if (identifier !== undefined) return this.remove(identifier);
    this.leaving ||= removesManagement(command);
    return this.leaving ? { Status: 'Acknowledged' } : obeyOther(command);
  }

  /** Nobody is asked; most are gone at once, with those who answer slowly it takes a while. */
  private remove(identifier: string): PlistDict {
    const { character: { answerAfterMinutes }, clock } = this.setting;
    const app = this.apps.get(identifier);
    if (app?.managed !== true) return failure('MCMDMErrorDomain', 12029, 'The app is not managed.');
    const gone = (): Promise<void> => {
      app.removed();
      this.agent?.changed(identifier);
      return Promise.resolve();
    };
    if (answerAfterMinutes > SLOW_MINUTES) clock.at(clock.now() + MINUTE, gone);
    else void gone();
    return { Status: 'Acknowledged' };
  }

  /** The profile is gone, and what it brought with it: identity, token, managed apps. */
  private async leave(): Promise<void> {
    const { identity, setting: { clock, courier } } = this;
    this.identity = undefined;
    this.agent = undefined;
    this.leaving = false;
    for (const [bundleId, app] of this.apps) if (app.managed) this.apps.delete(bundleId);
    courier.disconnect(this.token);
    if (identity !== undefined) await checkOut(identity, clock.now());
  }

  /** The manifest is fetched while the command is answered, the package when the user agrees. */
  private async install(manifestUrl: string): Promise<PlistDict> {
    const { temper } = this.setting.character;
    const response = await fetch(manifestUrl);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!response.ok) return failure('NSURLErrorDomain', -1011, 'The manifest could not be fetched.');
    const manifest = decodeManifest(bytes);
    const app = this.apps.get(manifest.bundleId) ?? new DeviceApp();
    this.apps.set(manifest.bundleId, app);
    if (app.underWay) return { Status: 'Error', RejectionReason: 'AppAlreadyQueued' };
    if (temper === 'refuses') {
      app.failed();
      app.report();
      return failure('MCMDMErrorDomain', 12018, 'The app cannot be installed.');
    }
    const state = app.instructed(temper === 'supervised');
    this.agent?.changed(manifest.bundleId);
    this.decide(manifest.bundleId, app, () => this.fetchAndInstall(app, manifest));
    return { Status: 'Acknowledged', Identifier: manifest.bundleId, State: state };
  }

  /** When the user answers, and what. */
  private decide(bundleId: string, app: DeviceApp, accept: () => Promise<void>): void {
    const { character, clock, timeZone } = this.setting;
    const now = clock.now();
    if (character.temper === 'ignores') return;
    if (character.temper === 'supervised') {
      clock.at(now + character.random.between(1, 4) * MINUTE, accept);
      return;
    }
    const looks = awakeFrom(character, now, timeZone);
    const answers = awakeFrom(character, looks + character.answerAfterMinutes * MINUTE, timeZone);
    clock.at(answers, () => {
      const declines = character.temper === 'rejects' || (character.temper === 'reconsiders' && !this.declined.has(bundleId));
      if (!declines) return accept();
      this.declined.add(bundleId);
      app.declined();
      this.agent?.changed(bundleId);
      return Promise.resolve();
    });
  }

  private async fetchAndInstall(app: DeviceApp, manifest: ReturnType<typeof decodeManifest>): Promise<void> {
    const { character, link, clock } = this.setting;
    app.fetching();
    this.agent?.changed(manifest.bundleId);
    const wanted = { url: manifest.packageUrl, chunkDigests: manifest.sha256s, chunkSize: manifest.sha256Size };
    let version: InstalledVersion;
    try {
      await seePictures(manifest);
      this.fetched = await downloadPackage(link, wanted, character.temper === 'broken-download');
      version = await versionInPackage(wanted, this.fetched.bytes);
    } catch {
      app.failed();
      this.agent?.changed(manifest.bundleId);
      return;
    }
    await clock.until(clock.now() + 30_000);
    if (character.temper === 'fails') app.failed();
    else app.done(version);
    this.agent?.changed(manifest.bundleId);
  }

  /** The device fetches the declarations once its answer is on its way. */
  private synchroniseDeclarations(): void {
    const { clock, hardware } = this.setting;
    const { identity } = this;
    if (identity === undefined) return;
    this.agent ??= new DeclarativeAgent({
      identity, clock, facts: hardware, on: () => !this.off,
      apps: () => [...this.apps].map(([identifier, app]) => ({ identifier, state: app.state, ...app.installed })),
    });
    const { agent } = this;
    clock.at(clock.now() + SECOND, () => agent.synchronise());
  }
}

/** Away for some hours, back before the deadline; gone for days. Called when a rollout begins. */
export function leaveForAWhile(device: VirtualDevice): void {
  const { temper, random } = device.setting.character;
  if (temper === 'away') device.switchOff(random.between(6, 16) * HOUR);
  if (temper === 'gone') device.switchOff(random.between(70, 90) * HOUR);
}
