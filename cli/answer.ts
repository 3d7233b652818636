/** What the server answered: understood by the operation's schema, or a failure that says what to do. */
import * as z from 'zod';
import { operations, type AnswerOf, type OperationName } from '../protocol/admin/operations.ts';
import { faultWords } from '../protocol/fault-words.ts';
import { CliFailure, exitCodes, networkReason } from './failure.ts';

/** RFC 9457, with our code, remedy and evidence; gateways in between answer `message` alone. */
const refusalShape = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  remedy: z.string().optional(),
  evidence: z.array(z.string()).optional(),
});

/** Statuses of a server that is there but cannot answer for the moment. */
export const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Faults of an answer that are worth naming; the others follow from them more often than not. */
const MOST_FAULTS = 5;

/**
 * The body just as the server sent it, with what this program does not know yet, once the operation's schema has let it
 * pass. Throws what the server says where it refused. `origin`: the server, for messages.
 */
export async function understand<N extends OperationName>(name: N, response: Response, origin: string): Promise<AnswerOf<N>> {
  const text = await response.text().catch((error: unknown) => { throw unreachable(origin, error); });
  const body = parseJson(text);
  if (!response.ok) throw refusal(response.status, body, origin);
  const parsed = operations[name].answer.safeParse(body, { error: faultWords });
  const isAnswer = (_: unknown): _ is AnswerOf<N> => parsed.success;
  if (isAnswer(body)) return body;
  const faults = parsed.error?.issues.slice(0, MOST_FAULTS).map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`)) ?? [];
  throw new CliFailure(`The answer of ${origin} is not understood.`, {
    code: 'unexpected-answer', status: response.status, evidence: faults, remedy: 'Check that the address is the one of the API, and that this wavecast is as new as the server.', cause: parsed.error,
  });
}

export function unreachable(origin: string, error: unknown): CliFailure {
  return new CliFailure(`The server at ${origin} cannot be reached (${networkReason(error)}).`, {
    exitCode: exitCodes.unreachable, code: 'unreachable', remedy: 'Check the address (--url or WAVECAST_URL) and the network, then try again.', cause: error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(status: number, body: unknown, origin: string): CliFailure {
  const parsed = refusalShape.safeParse(body);
  const { title, detail, message, code, remedy, evidence } = parsed.success ? parsed.data : {};
  const words = detail ?? title ?? message;
  if (words === undefined || code === undefined) {
    const exitCode = passing.has(status) ? exitCodes.unreachable : exitCodes.failed;
    return new CliFailure(`${origin} answered ${status}${words === undefined ? '' : `: ${words}`}.`, { exitCode, code: 'unexpected-answer', status, remedy: gatewayRemedy(status) });
  }
  return new CliFailure(words, { code, status, ...(remedy === undefined ? {} : { remedy }), ...(evidence === undefined ? {} : { evidence }) });
}

/** For statuses that come from something in front of the API, which explains nothing. */
function gatewayRemedy(status: number): string {
  if (status === 404) return 'Check the address of the API: --url or WAVECAST_URL.';
  if (status === 403) return 'Sign in with `wavecast login` as somebody who may use the API: an access token needs the scope wavecast/api.';
  return 'Try again later; when it stays so, look at the server\'s logs.';
}
