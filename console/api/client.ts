/** The API, typed by the very table of operations that the server serves. Answers are checked against it at the door. */
import { addressOf } from '../../protocol/admin/address.ts';
import type { Asked } from '../../protocol/admin/asked.ts';
import { operations, type AnswerOf, type OperationName } from '../../protocol/admin/operations.ts';
import { faultWords } from '../../protocol/fault-words.ts';
import type { Session } from '../session/session.ts';
import { ApiFailure, refusal } from './failure.ts';

/** The API itself gives up after 30 seconds. */
const LONGEST_WAIT = 40_000;
const MOST_FAULTS = 5;

export interface ApiClient {
  /** Carries out an operation. Rejects with `ApiFailure`, or with the signal's reason. */
  call<N extends OperationName>(name: N, asked: Asked<N>, signal?: AbortSignal): Promise<AnswerOf<N>>;
}

export function createClient(apiUrl: string, session: Pick<Session, 'token' | 'renew'>): ApiClient {
  const send = async (name: OperationName, address: URL, body: unknown, token: string, signal: AbortSignal | undefined): Promise<Response> => {
    const patience = AbortSignal.timeout(LONGEST_WAIT);
    try {
      return await fetch(address, {
        method: operations[name].method, credentials: 'omit', redirect: 'error', signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ApiFailure('unreachable', 'The server cannot be reached.', { cause: error });
    }
  };
  return {
    async call(name, asked, signal) {
      const address = addressOf(apiUrl, name, asked);
      const token = await session.token();
      let response = token === undefined ? undefined : await send(name, address, asked.body, token, signal);
      // The API's clock says whether a token is good: it may have ended before this browser thinks so.
      if (response === undefined || response.status === 401) {
        const renewed = await session.renew().catch((error: unknown) => { throw new ApiFailure('unreachable', 'The sign-in service cannot be reached.', { cause: error }); });
        if (renewed === undefined) throw new ApiFailure('signed-out', 'The session has ended.');
        response = await send(name, address, asked.body, renewed, signal);
      }
      return understand(name, response);
    },
  };
}

async function understand<N extends OperationName>(name: N, response: Response): Promise<AnswerOf<N>> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusal(response.status, body);
  const parsed = operations[name].answer.safeParse(body, { error: faultWords });
  const isAnswer = (_: unknown): _ is AnswerOf<N> => parsed.success;
  if (isAnswer(body)) return body;
  const evidence = parsed.error?.issues.slice(0, MOST_FAULTS).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ApiFailure('not-understood', 'The answer is not understood.', { status: response.status, evidence });
}
