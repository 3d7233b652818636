import { describe, expect, it } from 'vitest';
import { ensureCustomResource } from '../../../local/lambda/custom-resources.ts';
import { memoryStateStore } from '../../../local/state-store.ts';
import type { FunctionAnswer } from '../../../local/step-functions/function-call.ts';

const resource = { stackName: 'Data', logicalId: 'KeyPair', type: 'Custom::SigningKey', serviceToken: 'arn:f', properties: { ServiceTimeout: '120' } };

/** A function that answers CloudFormation with `response`, and is counted. */
function provider(response: object | undefined): { call: (arn: string, event: unknown) => Promise<FunctionAnswer>; events: Record<string, unknown>[] } {
  const events: Record<string, unknown>[] = [];
  return {
    events,
    call: async (_, event) => {
      const given = event as Record<string, unknown>;
      events.push(given);
      if (response !== undefined) await fetch(String(given['ResponseURL']), { method: 'PUT', body: JSON.stringify(response) });
      return { payload: null };
    },
  };
}

describe('a custom resource', () => {
  it('is created once, with the event that CloudFormation sends, and its data is kept', async () => {
    const store = memoryStateStore();
    const { call, events } = provider({ Status: 'SUCCESS', Data: { PublicKeyPem: 'PEM', Bits: 2048 } });
    expect(await ensureCustomResource(resource, store, call)).toEqual({ PublicKeyPem: 'PEM', Bits: '2048' });
    expect(await ensureCustomResource(resource, store, call)).toEqual({ PublicKeyPem: 'PEM', Bits: '2048' });
    expect(events).toMatchObject([{ RequestType: 'Create', StackId: 'Data', LogicalResourceId: 'KeyPair', ResourceType: 'Custom::SigningKey', ResourceProperties: { ServiceTimeout: '120' } }]);
  });

  it('is updated when its properties have changed, with numbers as texts, and not again', async () => {
    const store = memoryStateStore();
    await ensureCustomResource({ ...resource, properties: { Generation: 1 } }, store, provider({ Status: 'SUCCESS', Data: { Key: 'one' } }).call);
    const { call, events } = provider({ Status: 'SUCCESS', Data: { Key: 'two' } });
    for (let boot = 0; boot < 2; boot += 1) expect(await ensureCustomResource({ ...resource, properties: { Generation: 2 } }, store, call)).toEqual({ Key: 'two' });
    expect(events).toMatchObject([{ RequestType: 'Update', ResourceProperties: { Generation: '2' }, OldResourceProperties: { Generation: '1' } }]);
  });

  it('that could not be created stops the boot, and is tried again at the next', async () => {
    const store = memoryStateStore();
    await expect(ensureCustomResource(resource, store, provider({ Status: 'FAILED', Reason: 'no secret' }).call)).rejects.toThrow('KeyPair was not created: no secret');
    expect(await ensureCustomResource(resource, store, provider({ Status: 'SUCCESS' }).call)).toEqual({});
  });

  it('whose function fails or says nothing stops the boot', async () => {
    const fault = { errorType: 'Error', errorMessage: 'broken' };
    await expect(ensureCustomResource(resource, memoryStateStore(), () => Promise.resolve({ payload: null, fault }))).rejects.toThrow('The function of KeyPair failed: Error: broken');
    await expect(ensureCustomResource(resource, memoryStateStore(), provider(undefined).call)).rejects.toThrow('without telling');
  });
});
