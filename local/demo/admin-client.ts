/** The administrators' API for the demo: the command line's own client, on a clock that jumps. */
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../../cli/api-client.ts';
import type { Credentials } from '../../cli/credentials.ts';
import { discover, programTokens } from '../../cli/oidc.ts';
import type { AskedWith } from '../../protocol/admin/asked.ts';
import type { AnswerOf, OperationName } from '../../protocol/admin/operations.ts';
import type { LocalCloud } from '../boot.ts';

/** When it has waited long enough is the local cloud's to say, which knows how busy its machine may be. */
const patiently: typeof fetch = (address, init) => fetch(address, { ...init, signal: null });

/** Time stands while an operation is under way, its sign-in included: a token would not live through a jump of the clock. */
export class DemoClient extends ApiClient {
  readonly #hold: () => () => void;

  /** Throws where the local sign-in has no client for programs. */
  constructor({ apiUrl, issuer, clock }: Pick<LocalCloud, 'apiUrl' | 'issuer' | 'clock'>) {
    super(automationCredentials(apiUrl, issuer), { fetch: patiently, sleep: (milliseconds) => pause(milliseconds) });
    this.#hold = () => clock.hold('the demo asks the API');
  }

  override async call<N extends OperationName>(name: N, ...asked: AskedWith<N>): Promise<AnswerOf<N>> {
    const release = this.#hold();
    try {
      return await super.call(name, ...asked);
    } finally {
      release();
    }
  }
}

/** Whether a token lasts is the server's to say: this machine's clock is not the demo's. */
function automationCredentials(url: string, { issuer, clientSecrets }: LocalCloud['issuer']): Credentials {
  const [client] = Object.entries(clientSecrets);
  if (client === undefined) throw new Error('The local sign-in has no client for programs.');
  let token: string | undefined;
  const signIn = async (): Promise<string> => {
    const { accessToken } = await programTokens(fetch, await discover(fetch, issuer), ...client);
    token = accessToken;
    return accessToken;
  };
  return { url, token: async () => token ?? signIn(), renew: signIn, wayBack: 'Start the local cloud anew.' };
}
