import { ExecutionAlreadyExists, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { MINUTE, type Clock, type Identifiers } from '../../core/ambient.ts';
import { executionName, turnInputOf } from '../../core/rollout/execution-name.ts';
import type { RunStarter } from '../../core/rollout/store.ts';

export interface ExecutionsOptions {
  readonly client: SFNClient;
  readonly clock: Clock;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly stateMachineArn: string;
}

/** An execution begun longer ago than this is not the one that was just asked for, however clocks differ. */
const JUST_NOW = MINUTE / 2;

export function createExecutions({ client, clock, ids, stateMachineArn }: ExecutionsOptions): Pick<RunStarter, 'start'> {
  return {
    /** 1 request. While an execution of the name runs, Step Functions answers as if it had been started by this very call. */
    async start(run) {
      const asked = clock.now();
      try {
        const { startDate } = await client.send(new StartExecutionCommand({ stateMachineArn, name: executionName(run, ids), input: JSON.stringify(turnInputOf(run)) }));
        return startDate !== undefined && startDate.getTime() < asked - JUST_NOW ? 'already' : 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'already';
        throw error;
      }
    },
  };
}
