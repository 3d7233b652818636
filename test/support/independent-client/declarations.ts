/** Declarative management, the device's side: what is declared, and a report of how it stands. Apple's schema, `declarative/`. */
import { isDeepStrictEqual } from 'node:util';

interface Listed {
  readonly Identifier: string;
  readonly ServerToken: string;
}

interface Declaration extends Listed {
  readonly Type: string;
  readonly Payload: Readonly<Record<string, unknown>>;
}

export interface Declared {
  readonly activations: readonly Declaration[];
  readonly configurations: readonly Declaration[];
  /** Names of the status items that are subscribed to by configurations that an activation names. */
  readonly subscribed: readonly string[];
}

/** `ask`: an Endpoint in, the JSON of its answer out. Throws where what is answered does not fit together. */
export async function fetchDeclarations(ask: (endpoint: string) => Promise<unknown>, toldTokens: unknown): Promise<Declared> {
  const tokens = await ask('tokens') as { readonly SyncTokens: { readonly Timestamp: string; readonly DeclarationsToken: string } };
  if (!isDeepStrictEqual(tokens, toldTokens)) throw new Error('The command carried other tokens than there are.');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(tokens.SyncTokens.Timestamp)) throw new Error('Timestamp is no time of RFC 3339.');
  const items = await ask('declaration-items') as { readonly Declarations: Readonly<Record<'Activations' | 'Configurations' | 'Assets' | 'Management', readonly Listed[]>>; readonly DeclarationsToken: string };
  if (items.DeclarationsToken !== tokens.SyncTokens.DeclarationsToken) throw new Error('The items are of other tokens.');
  const fetchAll = (kind: string, listed: readonly Listed[]): Promise<readonly Declaration[]> => Promise.all(listed.map(async ({ Identifier, ServerToken }) => {
    const declaration = await ask(`declaration/${kind}/${Identifier}`) as Declaration;
    if (declaration.Identifier !== Identifier || declaration.ServerToken !== ServerToken || typeof declaration.Type !== 'string') throw new Error(`The declaration ${Identifier} is another one.`);
    return declaration;
  }));
  const { Activations, Configurations, Assets, Management } = items.Declarations;
  const [activations, configurations] = [await fetchAll('activation', Activations), await fetchAll('configuration', Configurations)];
  await Promise.all([fetchAll('asset', Assets), fetchAll('management', Management)]);
  const active = new Set(activations.flatMap(({ Payload }) => Payload['StandardConfigurations'] as readonly string[]));
  const subscribed = configurations.filter(({ Type, Identifier }) => Type === 'com.apple.configuration.management.status-subscriptions' && active.has(Identifier))
    .flatMap(({ Payload }) => (Payload['StatusItems'] as readonly { readonly Name: string }[]).map(({ Name }) => Name));
  return { activations, configurations, subscribed };
}

/** A full status report on what is subscribed to, of the items that `values` has; an error for those that it has not. */
export function statusReport({ activations, configurations, subscribed }: Declared, values: Readonly<Record<string, unknown>>): Buffer {
  const standing = ({ Identifier, ServerToken }: Listed) => ({ active: true, identifier: Identifier, valid: 'valid', 'server-token': ServerToken });
  const known: Readonly<Record<string, unknown>> = { ...values, 'management.declarations': { activations: activations.map(standing), configurations: configurations.map(standing), assets: [], management: [] } };
  const items: Record<string, unknown> = {};
  for (const name of subscribed.filter((each) => each in known)) place(items, name.split('.'), known[name]);
  const errors = subscribed.filter((name) => !(name in known)).map((StatusItem) => ({ StatusItem, Reasons: [{ Code: 'Error.UnsupportedStatusItem', Description: 'Das Gerät kennt diesen Eintrag nicht.' }] }));
  return Buffer.from(JSON.stringify({ StatusItems: items, Errors: errors, FullReport: true }), 'utf8');
}

/** `device.model.family` lies in `model` in `device`. */
function place(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = (into[first] ??= {}) as Record<string, unknown>;
  place(inner, rest, value);
}
