/** A simulated device that meets the engine by its functions, not over HTTP: the same characters and the same app as the simulator's. */
import { MINUTE, type Instant } from '../../../core/ambient.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';
import type { DeviceRequest } from '../../../core/instruction/serve-device.ts';
import { DeviceApp, type AppAccount, type InstalledVersion } from '../../../simulator/device-app.ts';
import { awakeFrom, type Character } from '../../../simulator/temper.ts';
import type { Enrolled } from '../records.ts';

/** From the first byte of a download to the app's first start. */
const DOWNLOAD = 2 * MINUTE;

export interface PhoneSetting extends Enrolled {
  readonly timeZone: string;
  readonly character: Character;
  readonly version: InstalledVersion;
  readonly now: () => Instant;
  readonly at: (instant: Instant, call: () => void) => void;
}

export class Phone {
  readonly setting: PhoneSetting;
  /** Off until then: a push waits for it. */
  offUntil = 0;
  readonly #app = new DeviceApp();

  constructor(setting: PhoneSetting) {
    this.setting = setting;
  }

  get serialNumber(): string {
    return this.setting.device.name;
  }

  get account(): AppAccount {
    return this.#app.account;
  }

  idle(): DeviceRequest {
    return { ...this.#self(), answer: { status: 'Idle', errorCodes: [] } };
  }

  /** Does what it is told, and reports. */
  obey({ id, command }: QueuedCommand): DeviceRequest {
    const answer: DeviceRequest['answer'] = { status: 'Acknowledged', commandId: id, errorCodes: [] };
    switch (command.type) {
      case 'install-application':
        return { ...this.#self(), answer: { ...answer, ...this.#install() } };
      case 'managed-application-list': {
        const status = this.#app.report();
        return { ...this.#self(), answer, managed: new Map(status === undefined ? [] : command.bundleIds.map((bundleId) => [bundleId, { status, isValidated: true }])) };
      }
      case 'installed-application-list': {
        const { installed, installing } = this.#app;
        return { ...this.#self(), answer, installed: new Map(installed === undefined || installing ? [] : command.bundleIds.map((bundleId) => [bundleId, { ...installed, installing: false, isValidated: true }])) };
      }
      default:
        return { ...this.#self(), answer };
    }
  }

  #self(): Pick<DeviceRequest, 'enrolmentId' | 'signer'> {
    const { enrolment: { id, pin } } = this.setting;
    return { enrolmentId: id, signer: pin };
  }

  #install(): Partial<DeviceRequest['answer']> {
    const { character: { temper } } = this.setting;
    const app = this.#app;
    if (app.underWay) return { status: 'Error', install: { rejectionReason: 'AppAlreadyQueued' } };
    if (temper === 'refuses') {
      app.failed();
      app.report();
      return { status: 'Error', errorCodes: ['MCMDMErrorDomain 12018'] };
    }
    const state = app.instructed(temper === 'supervised');
    this.#decide();
    return { install: { state } };
  }

  /** When the user answers, and what. */
  #decide(): void {
    const { character, timeZone, version, now, at } = this.setting;
    const app = this.#app;
    if (character.temper === 'ignores') return;
    const looks = awakeFrom(character, now(), timeZone);
    const answers = character.temper === 'supervised' ? now() + character.random.between(1, 4) * MINUTE : awakeFrom(character, looks + character.answerAfterMinutes * MINUTE, timeZone);
    at(answers, () => {
      if (character.temper === 'rejects') {
        app.declined();
        return;
      }
      app.fetching();
      at(now() + DOWNLOAD, () => {
        if (character.temper === 'fails') app.failed();
        else app.done(version);
      });
    });
  }
}
