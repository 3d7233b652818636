import { describe, expect, it } from 'vitest';
import { parseEnrolmentId } from '../../core/ids.ts';
import { decodeWakeMessage, encodeWakeMessage } from '../../protocol/wake-message.ts';

describe('a message on the wake queue', () => {
  it('is read as it was written', () => {
    const message = { enrolmentIds: [parseEnrolmentId('00008120-0000000000000001')], tries: 2 };
    expect(decodeWakeMessage(encodeWakeMessage(message))).toEqual(message);
  });

  it.each(['', '{', 'null', '[]', '{"enrolmentIds":[]}', '{"enrolmentIds":"x","tries":0}', '{"enrolmentIds":["a#b"],"tries":0}'])('%j is none of ours', (body) => {
    expect(() => decodeWakeMessage(body)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});
