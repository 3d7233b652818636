/** What CloudFormation asks of a custom resource: an answer at the address that it gives, whatever happens here. */
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import { log } from './ambient.ts';

export interface CustomResourceTerms {
  /** The same for every request: another one would have CloudFormation delete the former. */
  readonly physicalId: string;
  /** What did not happen, for the log: a sentence without its full stop. */
  readonly failure: string;
}

/** Answers with the attributes that `work` gives; a failure says no more than where to look. */
export async function answerCloudFormation(event: CloudFormationCustomResourceEvent, { physicalId, failure }: CustomResourceTerms, work: () => Promise<Readonly<Record<string, string>>>): Promise<void> {
  const { RequestId, StackId, LogicalResourceId } = event;
  const answer = { RequestId, StackId, LogicalResourceId, PhysicalResourceId: physicalId };
  try {
    await respond(event, { ...answer, Status: 'SUCCESS', Data: await work() });
  } catch (error) {
    log.error(failure, { error: error instanceof Error ? error.name : 'unknown' });
    await respond(event, { ...answer, Status: 'FAILED', Reason: `${failure.charAt(0).toUpperCase()}${failure.slice(1)}; see the log of the function.` });
  }
}

async function respond(event: CloudFormationCustomResourceEvent, response: CloudFormationCustomResourceResponse): Promise<void> {
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
  if (!answer.ok) throw new Error(`CloudFormation answered ${answer.status}.`);
}
