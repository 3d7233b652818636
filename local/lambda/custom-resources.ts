/** CloudFormation custom resources: created once, at the first boot; what they answered is kept. */
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
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

/** Runs the resource's function with a Create event unless it was done before. Throws where the function says FAILED. */
export async function ensureCustomResource(resource: CustomResource, store: StateStore, call: (functionArn: string, event: unknown) => Promise<FunctionAnswer>): Promise<CustomData> {
  const document = `custom-resource/${resource.stackName}/${resource.logicalId}`;
  const known = store.load<CustomData>(document);
  if (known !== undefined) return known;
  const mailbox = await openMailbox();
  try {
    const { fault } = await call(resource.serviceToken, {
      RequestType: 'Create', ServiceToken: resource.serviceToken, ResponseURL: mailbox.url, StackId: resource.stackName, RequestId: randomUUID(),
      LogicalResourceId: resource.logicalId, ResourceType: resource.type, ResourceProperties: resource.properties,
    });
    if (fault !== undefined) throw new Error(`The function of ${resource.logicalId} failed: ${fault.errorType}: ${fault.errorMessage}`);
    const answer = mailbox.answer();
    if (answer === undefined) throw new Error(`The function of ${resource.logicalId} ended without telling CloudFormation how it went.`);
    const data = readAnswer(answer, resource.logicalId);
    store.save(document, data);
    return data;
  } finally {
    mailbox.close();
  }
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
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
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
