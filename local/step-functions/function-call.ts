/** What the engines of time and HTTP need from the runner of functions and from the roles: two functions. */
import type { NeededAction } from '../aws/service.ts';

/**
 * Runs a function once, synchronously, and gives what it returned. `functionArn` is an ARN, a qualified ARN or a name.
 * A function that threw is an answer with a `fault`. Rejects with an AwsError when it could not be run at all
 * (ResourceNotFoundException, TooManyRequestsException, ServiceException). The callee holds the clock.
 */
export type CallFunction = (functionArn: string, event: unknown) => Promise<FunctionAnswer>;

export interface FunctionAnswer {
  /** The parsed JSON that the handler returned; `null` for none. */
  readonly payload: unknown;
  readonly fault?: FunctionFault;
}

/** As Lambda reports an error: the name of the handler's Error, its message and its stack's lines. */
export interface FunctionFault {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/**
 * Returns when the policies of the role cover every need. Throws AwsError AccessDeniedException otherwise, also when
 * the role is unknown.
 */
export type AuthoriseRole = (roleArn: string, needs: readonly NeededAction[]) => void;
