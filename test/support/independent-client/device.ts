/**
 * A device of Apple's MDM protocol, written from Apple's documents and from nothing of the server. It gets the address of a
 * page, as a person does; all else it finds behind that.
 */
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { listen } from './courier.ts';
import { fetchDeclarations, statusReport, type Declared } from './declarations.ts';
import { readProfile, type InstalledProfile } from './enrolment-profile.ts';
import { Keychain, type Identity } from './openssl.ts';
import { data, dict, read, string, write, type Dict } from './property-list.ts';
import { obtainIdentity } from './scep-client.ts';
import { Transport, type Answer, type Habits } from './transport.ts';

export interface Hardware {
  /** One of its user's own, managed for them alone, does not say which it is: it has an EnrollmentID instead. */
  readonly id: { readonly UDID: string } | { readonly EnrollmentID: string };
  readonly serialNumber?: string;
  readonly productName: string;
  readonly osVersion: string;
  readonly buildVersion: string;
}

/** A command as it came. */
export interface Command {
  readonly uuid: string;
  readonly requestType: string;
  readonly keys: Dict;
}

/** What a device does with a command: the keys of its report beside UDID and CommandUUID, or it loses its connection and says nothing. */
export type Obeys = (command: Command) => Promise<Dict | 'connection lost'> | Dict | 'connection lost';

export class Device {
  readonly hardware: Hardware;
  readonly transport: Transport;
  readonly token = randomBytes(32);
  readonly magic = randomUUID().toUpperCase();
  /** Every command, in the order that they came. */
  readonly told: Command[] = [];
  /** How it obeys, by RequestType; it acknowledges what is not here. */
  readonly obeys = new Map<string, Obeys>();
  /** What went wrong in a session that a push began. */
  readonly faults: unknown[] = [];
  pushes = 0;
  /** How its Mdm-Signature is made. */
  digest: 'sha1' | 'sha256' = 'sha256';
  readonly #now: () => Date;
  readonly #courierPort: number;
  readonly #keychain = new Keychain();
  #profile: InstalledProfile | undefined;
  #identity: (Identity & { readonly der: Buffer }) | undefined;
  #line: Socket | undefined;
  #sessions: Promise<void> = Promise.resolve();

  constructor(hardware: Hardware, { habits, now, courierPort }: { readonly habits: Habits; readonly now: () => number; readonly courierPort: number }) {
    this.hardware = hardware;
    this.transport = new Transport(habits);
    this.#now = () => new Date(now());
    this.#courierPort = courierPort;
    this.obeys.set('DeviceInformation', ({ keys }) => ({ Status: 'Acknowledged', QueryResponses: this.#answersTo(keys) }));
    this.obeys.set('Settings', ({ keys }) => ({ Status: 'Acknowledged', Settings: (keys['Settings'] as readonly Dict[]).map((setting) => ({ Item: string(setting['Item']), Status: 'Acknowledged' })) }));
    this.obeys.set('InstallProfile', async ({ keys }) => {
      await this.#install(data(keys['Payload'], 'Payload'));
      return { Status: 'Acknowledged' };
    });
  }

  get profile(): InstalledProfile {
    if (this.#profile === undefined) throw new Error('No profile is installed.');
    return this.#profile;
  }

  get identity(): Identity & { readonly der: Buffer } {
    if (this.#identity === undefined) throw new Error('The device has no identity.');
    return this.#identity;
  }

  get certificate(): X509Certificate {
    return new X509Certificate(this.identity.der);
  }

  stop(): void {
    this.#line?.on('error', () => undefined).destroy();
    this.transport.close();
    this.#keychain.remove();
  }

  /** Follows the page's link, installs what is behind it, and is managed. */
  async enrol(pageUrl: string): Promise<void> {
    const page = await this.#get(pageUrl, 'text/html');
    const [, link] = /<a [^>]*href="([^"]+)"/.exec(page.toString('utf8')) ?? [];
    if (link === undefined) throw new Error('The page has no link.');
    await this.#install(await this.#get(new URL(link.replaceAll('&amp;', '&'), pageUrl).href, 'application/x-apple-aspen-config'));
    await this.authenticate();
    this.#line?.destroy();
    this.#line = await listen(this.#courierPort, this.token, (payload) => this.#pushed(payload));
    await this.tellToken();
  }

  async authenticate(): Promise<void> {
    const { productName, osVersion, buildVersion, serialNumber } = this.hardware;
    expectEmpty(await this.checkIn('Authenticate', { ProductName: productName, OSVersion: osVersion, BuildVersion: buildVersion, ...(serialNumber === undefined ? {} : { SerialNumber: serialNumber, IMEI: '35 699908 123456 7' }) }));
  }

  async tellToken(): Promise<void> {
    expectEmpty(await this.checkIn('TokenUpdate', { Token: this.token, PushMagic: this.magic, AwaitingConfiguration: false }));
  }

  /** Its user removes the profile. */
  async leave(): Promise<void> {
    if (this.profile.mdm.checksOutWhenRemoved) expectEmpty(await this.checkIn('CheckOut', {}));
  }

  checkIn(MessageType: string, keys: Dict, identity: Identity = this.identity): Promise<Answer> {
    const { checkInUrl, topic } = this.profile.mdm;
    return this.#put(checkInUrl, 'application/x-apple-aspen-mdm-checkin', { MessageType, ...this.hardware.id, ...(MessageType === 'DeclarativeManagement' ? {} : { Topic: topic }), ...keys }, identity);
  }

  /** One request to the server's URL; Status and what goes with it. */
  report(keys: Dict, identity: Identity = this.identity): Promise<Answer> {
    return this.#put(this.profile.mdm.serverUrl, 'application/x-apple-aspen-mdm', { ...this.hardware.id, ...keys }, identity);
  }

  /** A session of its own accord: idle, and then one command after the other until there is none. */
  session(): Promise<void> {
    this.#sessions = this.#sessions.catch(() => undefined).then(() => this.#exchange());
    return this.#sessions;
  }

  /** Commands of a type, in the order that they came. */
  toldOf(requestType: string): readonly Command[] {
    return this.told.filter((command) => command.requestType === requestType);
  }

  /** Fetches what is declared and reports on it. */
  async declare({ keys }: Command, values: Readonly<Record<string, unknown>>): Promise<Declared> {
    const ask = async (Endpoint: string): Promise<unknown> => {
      const { status, headers, body } = await this.checkIn('DeclarativeManagement', { Endpoint });
      if (status !== 200 || headers['content-type'] !== 'application/json') throw new Error(`${Endpoint} was answered ${status} ${String(headers['content-type'])}.`);
      return JSON.parse(body.toString('utf8'));
    };
    const declared = await fetchDeclarations(ask, JSON.parse(data(keys['Data'], 'Data').toString('utf8')));
    expectEmpty(await this.checkIn('DeclarativeManagement', { Endpoint: 'status', Data: statusReport(declared, values) }));
    return declared;
  }

  async #exchange(): Promise<void> {
    let answer = await this.report({ Status: 'Idle' });
    for (let command = commandIn(answer); command !== undefined; command = commandIn(answer)) {
      this.told.push(command);
      const report = await (this.obeys.get(command.requestType) ?? (() => ({ Status: 'Acknowledged' } as const)))(command);
      if (report === 'connection lost') return;
      answer = await this.report({ CommandUUID: command.uuid, ...report });
    }
  }

  async #pushed(payload: unknown): Promise<void> {
    if (JSON.stringify(payload) !== JSON.stringify({ mdm: this.magic })) {
      this.faults.push(new Error(`The push was ${JSON.stringify(payload)}.`));
      return;
    }
    this.pushes += 1;
    await this.session().catch((error: unknown) => { this.faults.push(error); });
  }

  /** Only what is asked for, as far as it is known. */
  #answersTo(keys: Dict): Dict {
    const { id, serialNumber, productName, osVersion, buildVersion } = this.hardware;
    const known: Dict = { ...id, ...(serialNumber === undefined ? {} : { SerialNumber: serialNumber }), ProductName: productName, OSVersion: osVersion, BuildVersion: buildVersion, DeviceName: 'Grüße & Küsse <3', ModelName: 'iPhone', IsSupervised: false, AvailableDeviceCapacity: 91.52734375, BatteryLevel: 0.8 };
    const queries = (keys['Queries'] as readonly string[]).map((query) => string(query));
    return Object.fromEntries(queries.filter((query) => query in known).map((query) => [query, known[query] ?? '']));
  }

  /** The SCEP payload first: the MDM payload needs the identity. A profile of the same identifier takes the place of the one before. */
  async #install(bytes: Buffer): Promise<void> {
    const next = await readProfile(bytes, this.#keychain);
    const former = this.#profile;
    if (former !== undefined && (next.identifier !== former.identifier || next.mdm.topic !== former.mdm.topic || next.mdm.serverUrl !== former.mdm.serverUrl || next.mdm.accessRights !== former.mdm.accessRights)) {
      throw new Error('The profile cannot take the place of the one before.');
    }
    this.#identity = await obtainIdentity({ transport: this.transport, keychain: this.#keychain, now: this.#now }, next.scep);
    this.#profile = next;
  }

  async #get(url: string, type: string): Promise<Buffer> {
    const { status, headers, body } = await this.transport.ask(url);
    if (status !== 200 || headers['content-type']?.split(';')[0] !== type) throw new Error(`${new URL(url).pathname.split('/')[1] ?? ''} was answered ${status} ${String(headers['content-type'])}.`);
    return body;
  }

  async #put(url: string, type: string, message: Dict, identity: Identity): Promise<Answer> {
    const body = write(message);
    const { mdm } = this.profile;
    const { tellsType } = this.transport.habits;
    return this.transport.ask(url, {
      method: 'PUT', body,
      headers: {
        ...(tellsType === 'never' ? {} : { 'Content-Type': tellsType === 'plainly' ? type : `${type}; charset=UTF-8` }), 'User-Agent': 'MDM/1.0',
        ...(mdm.signsMessages ? { 'Mdm-Signature': (await this.#keychain.sign(body, identity, this.digest)).toString('base64') } : {}),
      },
    });
  }
}

function commandIn({ status, body }: Answer): Command | undefined {
  if (status !== 200) throw new Error(`The server answered ${status}.`);
  if (body.length === 0) return undefined;
  const { CommandUUID, Command } = read(body);
  const { RequestType, ...keys } = dict(Command, 'Command');
  return { uuid: string(CommandUUID, 'CommandUUID'), requestType: string(RequestType, 'RequestType'), keys };
}

function expectEmpty({ status, body }: Answer): void {
  if (status !== 200 || body.length > 0) throw new Error(`The server answered ${status} with ${body.length} bytes.`);
}
