/**
 * Declarative device management, as far as it tells us of itself: one activation, one status subscription, the same for
 * every device. Forms: Apple's device-management schema, `declarative/protocol` and `declarative/declarations`.
 */
import { createHash } from 'node:crypto';
import { WavecastError } from '../core/errors.ts';

interface Declaration {
  readonly Type: string;
  readonly Identifier: string;
  readonly ServerToken: string;
  readonly Payload: Readonly<Record<string, unknown>>;
}

/** What a device is asked to report when it changes: what serves the inventory, and nothing of its user. */
export const SUBSCRIBED = [
  'mdm.app', 'device.model.identifier', 'device.model.family', 'device.operating-system.version', 'device.operating-system.build-version', 'device.identifier.serial-number', 'management.declarations',
] as const;

/** When the declarations below last changed. */
const CHANGED = '2026-11-25T00:00:00Z';
const PREFIX = 'io.wavecast';

function declaration(type: string, name: string, payload: Declaration['Payload']): Declaration {
  // A device fetches a declaration again when its token is another one.
  return { Type: type, Identifier: `${PREFIX}.${name}`, ServerToken: digest(payload), Payload: payload };
}

const subscription = declaration('com.apple.configuration.management.status-subscriptions', 'status', { StatusItems: SUBSCRIBED.map((Name) => ({ Name })) });
const activation = declaration('com.apple.activation.simple', 'activation', { StandardConfigurations: [subscription.Identifier] });

const DECLARATIONS_TOKEN = digest([subscription, activation]);

const items = {
  Declarations: {
    Activations: [reference(activation)],
    Configurations: [reference(subscription)],
    Assets: [],
    Management: [],
  },
  DeclarationsToken: DECLARATIONS_TOKEN,
};

/** Content of `SyncTokens`: what the command carries, so that a device which knows the token need not ask. JSON. */
export const syncTokens = JSON.stringify({ SyncTokens: { Timestamp: CHANGED, DeclarationsToken: DECLARATIONS_TOKEN } });

const answers: ReadonlyMap<string, string> = new Map([
  ['tokens', syncTokens],
  ['declaration-items', JSON.stringify(items)],
  [`declaration/activation/${activation.Identifier}`, JSON.stringify(activation)],
  [`declaration/configuration/${subscription.Identifier}`, JSON.stringify(subscription)],
]);

/** Where devices put their reports. */
export const STATUS_ENDPOINT = 'status';

/** The JSON that answers an endpoint of a check-in message; undefined for what there is not. */
export function declarationAnswer(endpoint: string): string | undefined {
  return answers.get(endpoint);
}

function reference({ Identifier, ServerToken }: Declaration): Pick<Declaration, 'Identifier' | 'ServerToken'> {
  return { Identifier, ServerToken };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The device's side: what it learnt. */
export interface FetchedDeclarations {
  /** Names of the status items of all subscriptions that an activation makes valid. */
  readonly statusItems: readonly string[];
}

/** Fetches the list of declarations and each of them, by `ask` (endpoint in, body out). Throws `invalid-input` where they do not fit together. */
export async function readFetched(ask: (endpoint: string) => Promise<Uint8Array>): Promise<FetchedDeclarations> {
  const { Declarations: listed } = JSON.parse(textOf(await ask('declaration-items'))) as typeof items;
  const fetched = async (kind: string, { Identifier, ServerToken }: Pick<Declaration, 'Identifier' | 'ServerToken'>): Promise<Declaration> => {
    const found = JSON.parse(textOf(await ask(`declaration/${kind}/${Identifier}`))) as Declaration;
    if (found.Identifier !== Identifier || found.ServerToken !== ServerToken) throw new WavecastError('invalid-input', 'A declaration is not the one that was listed.');
    return found;
  };
  const active = new Set<unknown>();
  for (const each of listed.Activations) for (const id of listAt((await fetched('activation', each)).Payload, 'StandardConfigurations')) active.add(id);
  const statusItems: string[] = [];
  for (const each of listed.Configurations) {
    const { Type, Identifier, Payload } = await fetched('configuration', each);
    if (Type !== subscription.Type || !active.has(Identifier)) continue;
    for (const item of listAt(Payload, 'StatusItems')) statusItems.push(String(Reflect.get(Object(item), 'Name')));
  }
  return { statusItems };
}

function listAt(payload: Declaration['Payload'], key: string): readonly unknown[] {
  const value = payload[key];
  return Array.isArray(value) ? value : [];
}

/** A device believes its server. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
