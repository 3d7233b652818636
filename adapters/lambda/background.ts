import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Background } from '../../core/rollout/store.ts';

export interface BackgroundOptions {
  readonly client: LambdaClient;
  /** Names or ARNs. */
  readonly launchFunction: string;
  readonly placementFunction: string;
  readonly jobFunction: string;
}

/** Asynchronous invocations: Lambda keeps the event until the function has taken it, and repeats it where that failed. */
export function createBackground({ client, launchFunction, placementFunction, jobFunction }: BackgroundOptions): Background {
  return {
    /** 1 request. */
    launch: (planId) => invoke(client, launchFunction, { planId }),
    /** 1 request. */
    reissue: createReissuing(client, launchFunction),
    /** 1 request. */
    place: createPlacing(client, placementFunction),
    /** 1 request. */
    job: createJobSlices(client, jobFunction),
  };
}

/** The same for placing alone. 1 request. */
export function createPlacing(client: LambdaClient, placementFunction: string): Background['place'] {
  return (registrationId) => invoke(client, placementFunction, { registrationId });
}

/** The same for the slices of jobs alone. 1 request. */
export function createJobSlices(client: LambdaClient, jobFunction: string): Background['job'] {
  return (jobId) => invoke(client, jobFunction, { jobId });
}

/** The same for trying again alone. 1 request. */
export function createReissuing(client: LambdaClient, launchFunction: string): Background['reissue'] {
  return (planId) => invoke(client, launchFunction, { planId, reissue: true });
}

async function invoke(client: LambdaClient, name: string, event: Readonly<Record<string, string | boolean>>): Promise<void> {
  await client.send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(event)) }));
}
