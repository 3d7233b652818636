import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Background } from '../../core/rollout/store.ts';

export interface BackgroundOptions {
  readonly client: LambdaClient;
  /** Names or ARNs. */
  readonly launchFunction: string;
  readonly placementFunction: string;
}

/** Asynchronous invocations: Lambda keeps the event until the function has taken it, and repeats it where that failed. */
export function createBackground({ client, launchFunction, placementFunction }: BackgroundOptions): Background {
  const invoke = async (name: string, event: Readonly<Record<string, string>>): Promise<void> => {
    await client.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }));
  };
  return {
    /** 1 request. */
    launch: (planId) => invoke(launchFunction, { planId }),
    /** 1 request. */
    place: (registrationId) => invoke(placementFunction, { registrationId }),
  };
}
