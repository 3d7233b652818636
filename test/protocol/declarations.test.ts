import { describe, expect, it } from 'vitest';
import { declarationAnswer, readFetched, SUBSCRIBED, syncTokens } from '../../protocol/declarations.ts';

const answered = (endpoint: string): Promise<Uint8Array> => {
  const body = declarationAnswer(endpoint);
  return body === undefined ? Promise.reject(new Error(`Nothing at ${endpoint}.`)) : Promise.resolve(Buffer.from(body));
};

describe('the declarations', () => {
  it('ask a device that fetches them for what serves the inventory', async () => {
    expect(await readFetched(answered)).toEqual({ statusItems: SUBSCRIBED });
  });

  it('are listed under the token that the command carries', () => {
    const { SyncTokens } = JSON.parse(syncTokens) as { SyncTokens: { Timestamp: string; DeclarationsToken: string } };
    expect(JSON.parse(declarationAnswer('declaration-items') ?? '')).toMatchObject({ DeclarationsToken: SyncTokens.DeclarationsToken });
    expect(declarationAnswer('tokens')).toBe(syncTokens);
    expect(SyncTokens.Timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('have Apple\'s form', () => {
    const activation = JSON.parse(declarationAnswer('declaration/activation/io.wavecast.activation') ?? '') as Record<string, unknown>;
    expect(activation).toEqual({ Type: 'com.apple.activation.simple', Identifier: 'io.wavecast.activation', ServerToken: expect.stringMatching(/^[0-9a-f]{64}$/) as string, Payload: { StandardConfigurations: ['io.wavecast.status'] } });
    const subscription = JSON.parse(declarationAnswer('declaration/configuration/io.wavecast.status') ?? '') as Record<string, unknown>;
    expect(subscription).toMatchObject({ Type: 'com.apple.configuration.management.status-subscriptions', Payload: { StatusItems: SUBSCRIBED.map((Name) => ({ Name })) } });
  });

  it.each(['', 'declaration', 'declaration/activation/io.wavecast.status', 'declaration/activation/', 'declaration/asset/x', 'constructor', '__proto__'])('hold nothing at %j', (endpoint) => {
    expect(declarationAnswer(endpoint)).toBeUndefined();
  });
});
