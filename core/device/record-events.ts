/** What a device's timeline tells of its record: how it came to be, and what people changed of it. */
import type { Identifiers, Instant } from '../ambient.ts';
import type { Device } from './device.ts';
import { namedEvent, type DeviceEvent, type EventFacts } from './timeline.ts';

type Ids = Pick<Identifiers, 'named'>;

/** One event for each kind of fact that differs; `by`: who changed it. */
export function changeEvents(ids: Ids, before: Device, after: Device, by: string | undefined, at: Instant): readonly DeviceEvent[] {
  const facts: Omit<EventFacts, 'at' | 'by'>[] = [];
  if (before.branchId !== after.branchId) facts.push({ kind: 'moved', words: `Moved from the branch ${before.branchId} to ${after.branchId}.`, details: { from: before.branchId, to: after.branchId } });
  if (before.name !== after.name) facts.push({ kind: 'renamed', words: `Renamed from ${before.name} to ${after.name}.`, details: { from: before.name, to: after.name } });
  if (before.displayName !== after.displayName) {
    facts.push({ kind: 'display-name-changed', words: after.displayName === undefined ? 'It has no display name any more.' : `Its display name is ${after.displayName} now.`, details: { from: before.displayName ?? '', to: after.displayName ?? '' } });
  }
  if (before.serialNumber !== after.serialNumber) facts.push({ kind: 'serial-number-changed', words: `Its serial number is ${after.serialNumber ?? 'not known'} now.`, details: { from: before.serialNumber ?? '', to: after.serialNumber ?? '' } });
  if (before.tags.join(';') !== after.tags.join(';')) facts.push({ kind: 'tagged', words: after.tags.length === 0 ? 'All tags were taken off.' : `Tagged ${after.tags.join(', ')}.`, details: { from: before.tags.join(';'), to: after.tags.join(';') } });
  if (before.testDevice !== after.testDevice) facts.push({ kind: 'test-device-changed', words: after.testDevice ? 'Made a test device.' : 'It is a test device no longer.', details: { testDevice: after.testDevice } });
  return facts.map((fact) => namedEvent(ids, `${after.id}/${after.revision}/${fact.kind}`, { ...fact, at, ...(by === undefined ? {} : { by }) }));
}
