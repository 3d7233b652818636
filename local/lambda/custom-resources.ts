/** CloudFormation custom resources: created at the first boot, updated when their properties have changed; what they answered is kept. */
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { listen } from '../listen.ts';
import type { StateStore } from '../state-store.ts';
import type { FunctionAnswer } from '../step-functions/function-call.ts';

export interface CustomResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly serviceToken: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Attributes that a custom resource answered, by name. */
export type CustomData = Readonly<Record<string, string>>;

interface Kept {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly data: CustomData;
}

/** Runs the resource's function with a Create or Update event unless that was done before. Throws where the function says FAILED. */
export async function ensureCustomResource(resource: CustomResource, store: StateStore, call: (functionArn: string, event: unknown) => Promise<FunctionAnswer>): Promise<CustomData> {
  const document = `custom-resource/${resource.stackName}/${resource.logicalId}`;
  const known = store.load<Kept>(document);
  if (known !== undefined && JSON.stringify(known.properties) === JSON.stringify(resource.properties)) return known.data;
  const mailbox = await openMailbox();
  try {
    const { fault } = await call(resource.serviceToken, {
      ...(known === undefined ? { RequestType: 'Create' } : { RequestType: 'Update', OldResourceProperties: textsOf(known.properties) }), ServiceToken: resource.serviceToken, ResponseURL: mailbox.url, StackId: resource.stackName, RequestId: randomUUID(),
      LogicalResourceId: resource.logicalId, ResourceType: resource.type, ResourceProperties: textsOf(resource.properties),
    });
    if (fault !== undefined) throw new Error(`The function of ${resource.logicalId} failed: ${fault.errorType}: ${fault.errorMessage}`);
    const answer = mailbox.answer();
    if (answer === undefined) throw new Error(`The function of ${resource.logicalId} ended without telling CloudFormation how it went.`);
    const data = readAnswer(answer, resource.logicalId);
    store.save(document, { properties: resource.properties, data } satisfies Kept);
    return data;
  } finally {
    mailbox.close();
  }
}

/** CloudFormation gives numbers and flags as texts. */
function textsOf(properties: CustomResource['properties']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, typeof value === 'number' || typeof value === 'boolean' ? String(value) : value]));
}

/** An address on 127.0.0.1 that takes one PUT. */
async function openMailbox(): Promise<{ readonly url: string; readonly answer: () => string | undefined; readonly close: () => void }> {
  let delivered: string | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      delivered = Buffer.concat(chunks).toString('utf8');
      response.writeHead(200).end();
    });
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}/${randomUUID()}`,
    answer: () => delivered,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readAnswer(body: string, logicalId: string): CustomData {
  const value: unknown = JSON.parse(body);
  const field = (name: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined);
  if (field('Status') !== 'SUCCESS') throw new Error(`The custom resource ${logicalId} was not created: ${String(field('Reason'))}`);
  const data = field('Data');
  return Object.fromEntries(Object.entries(typeof data === 'object' && data !== null ? data : {}).map(([key, item]) => [key, String(item)]));
}
