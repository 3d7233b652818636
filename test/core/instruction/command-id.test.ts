import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommandId, parseEnrolmentId } from '../../../core/ids.ts';
import { commandIdFor, isOfAnother } from '../../../core/instruction/command-id.ts';
import { uuidOf } from '../../support/memory/ambient.ts';

const ids = { named: uuidOf };
const enrolment = fc.uuid().map((uuid) => parseEnrolmentId(uuid.toUpperCase()));

describe('a CommandUUID', () => {
  it('is a UUID, tells its device from every other, and commands of one device apart', () => {
    fc.assert(fc.property(enrolment, enrolment, fc.uuid(), fc.uuid(), (own, other, first, second) => {
      fc.pre(own !== other && first.slice(0, 13) !== second.slice(0, 13));
      const id = commandIdFor(own, first, ids);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
      expect(isOfAnother(id, own, ids)).toBe(false);
      expect(isOfAnother(parseCommandId(id.toUpperCase()), own, ids)).toBe(false);
      expect(isOfAnother(id, other, ids)).toBe(true);
      expect(commandIdFor(own, second, ids)).not.toBe(id);
    }));
  });

  it.each(['a', '0b9c4c1e-6a5f-4c39-9d54-0c4f6f0a1b2c', uuidOf('x')])('of another form says nothing: %s', (text) => {
    expect(isOfAnother(parseCommandId(text), parseEnrolmentId('00008030-0000000000000001'), ids)).toBe(false);
  });
});
