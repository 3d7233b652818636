import { ExecutionAlreadyExists, StartExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Identifiers } from '../../core/ambient.ts';
import { executionName, turnInputOf } from '../../core/rollout/execution-name.ts';
import type { RunStarter } from '../../core/rollout/store.ts';

export interface ExecutionsOptions {
  readonly client: SFNClient;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly stateMachineArn: string;
}

export function createExecutions({ client, ids, stateMachineArn }: ExecutionsOptions): Pick<RunStarter, 'start'> {
  return {
    /** 1 request. Step Functions answers the same name and input with success while it runs: that one is told from a new one by its age. */
    async start(run) {
      const asked = Date.now();
      try {
        const { startDate } = await client.send(new StartExecutionCommand({ stateMachineArn, name: executionName(run, ids), input: JSON.stringify(turnInputOf(run)) }));
        return startDate !== undefined && startDate.getTime() < asked - CLOCK_SKEW ? 'already' : 'started';
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return 'already';
        throw error;
      }
    },
  };
}

/** How far our clock and AWS's may be apart. */
const CLOCK_SKEW = 30_000;
