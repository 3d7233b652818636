import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../core/ambient.ts';
import { parseBundleId, parseCommandId, parseDeviceId, parseEnrolmentId, parseVersionId, parseWaveId } from '../../../core/ids.ts';
import { decideExchange, type DeviceAnswer } from '../../../core/instruction/exchange.ts';
import type { QueuedCommand } from '../../../core/instruction/instruction.ts';

const now = Date.parse('2026-11-23T01:00:00Z');
const enrolment = { id: parseEnrolmentId('00008030-0000000000000001') };
const deviceId = parseDeviceId('00000000-0000-4000-8000-000000000001');
const waveId = parseWaveId('direct.00000000-0000-4000-8000-000000000002');
const bundleId = parseBundleId('com.example.app');

function queued(name: string, more: Partial<QueuedCommand> = {}): QueuedCommand {
  return {
    id: parseCommandId(name), enrolmentId: enrolment.id, deviceId, openedAt: now - HOUR, expiresAt: now + HOUR, waveId,
    command: { type: 'install-application', bundleId, versionId: parseVersionId('0'.repeat(32)) }, ...more,
  };
}
const installed = (name: string, more: Partial<QueuedCommand> = {}): QueuedCommand => queued(name, { command: { type: 'installed-application-list', bundleIds: [bundleId] }, ...more });
const idle: DeviceAnswer = { status: 'Idle', errorCodes: [] };
const answer = (status: DeviceAnswer['status'], name: string, more: Partial<DeviceAnswer> = {}): DeviceAnswer => ({ status, commandId: parseCommandId(name), errorCodes: [], ...more });
const decide = (queue: readonly QueuedCommand[], given: DeviceAnswer, sessionAt?: number) => decideExchange({ ...enrolment, ...(sessionAt === undefined ? {} : { sessionAt }) }, queue, given, now);

describe('the next command', () => {
  it('is the first in the queue', () => {
    const { commit } = decide([queued('a'), queued('b')], idle);
    expect(commit.next?.id).toBe('a');
    expect(commit.beginSession).toBe(true);
    expect(commit.changes).toMatchObject([{ to: 'delivered', from: ['issued', 'deferred', 'delivered'], ends: false }]);
  });

  it('is none from an empty queue', () => {
    expect(decide([], idle)).toEqual({ commit: { enrolmentId: enrolment.id, now, beginSession: true, changes: [] }, ourFault: false });
  });

  it('comes in the same answer as the report on the one before', () => {
    const { commit } = decide([queued('a', { handedAt: now - SECOND }), queued('b')], answer('Acknowledged', 'a', { install: { state: 'Queued' } }));
    expect([commit.settled?.id, commit.next?.id]).toEqual(['a', 'b']);
    expect(commit.changes.map(({ to }) => to)).toEqual(['acknowledged', 'delivered']);
  });

  it('is not handed to a second connection within the lease, and a push follows', () => {
    const decision = decide([queued('a', { handedAt: now - 2 * SECOND }), queued('b')], idle);
    expect(decision.commit.next).toBeUndefined();
    expect(decision.pushAfterSeconds).toBe(6);
  });

  it('is offered again after a broken connection, once the lease is over, without another change of state', () => {
    const { commit } = decide([queued('a', { handedAt: now - 5 * SECOND })], idle);
    expect(commit.next?.id).toBe('a');
    expect(commit.changes).toEqual([]);
  });

  it('is never one that has expired', () => {
    expect(decide([queued('a', { expiresAt: now }), queued('b')], idle).commit.next?.id).toBe('b');
  });

  it('passes over what was NotNow in this session, and comes back to it at the next Idle', () => {
    const deferred = queued('a', { handedAt: now - 60 * SECOND, notNowAt: now - 30 * SECOND });
    expect(decide([deferred, queued('b')], answer('NotNow', 'x'), now - 40 * SECOND).commit.next?.id).toBe('b');
    expect(decide([deferred, queued('b')], idle, now - 40 * SECOND).commit.next?.id).toBe('a');
  });

  it('is the NotNow\'d one once more when others were answered after it, for the device would not return by itself', () => {
    const deferred = queued('a', { handedAt: now - 20 * SECOND, notNowAt: now - 10 * SECOND });
    expect(decide([deferred, queued('b', { handedAt: now - SECOND })], answer('Acknowledged', 'b'), now - 40 * SECOND).commit.next?.id).toBe('a');
  });

  it('is none after a NotNow with nothing else waiting', () => {
    const { commit } = decide([queued('a', { handedAt: now - SECOND })], answer('NotNow', 'a'), now - 5 * SECOND);
    expect(commit.next).toBeUndefined();
    expect(commit.deferred).toMatchObject({ id: 'a', notNowAt: now });
    expect(commit.changes).toMatchObject([{ to: 'deferred' }]);
  });
});

describe('a report on an install command', () => {
  it.each<[string, DeviceAnswer, string, string | undefined]>([
    ['Acknowledged is acknowledged, never installed', answer('Acknowledged', 'a', { install: { state: 'Prompting' } }), 'acknowledged', undefined],
    ['Managed at once still waits for the lists', answer('Acknowledged', 'a', { install: { state: 'Managed' } }), 'acknowledged', undefined],
    ['Installing says that the package is coming', answer('Acknowledged', 'a', { install: { state: 'Installing' } }), 'installing', undefined],
    ['a rejection is final', answer('Acknowledged', 'a', { install: { state: 'UserRejected' } }), 'rejected', 'user-rejected'],
    ['an update\'s rejection too', answer('Acknowledged', 'a', { install: { state: 'UpdateRejected' } }), 'rejected', 'update-rejected'],
    ['AppAlreadyQueued means that the former attempt lives', answer('Error', 'a', { install: { rejectionReason: 'AppAlreadyQueued' } }), 'acknowledged', undefined],
    ['AppAlreadyInstalled leaves it to the inventory', answer('Error', 'a', { install: { rejectionReason: 'AppAlreadyInstalled' } }), 'acknowledged', undefined],
    ['NotSupported is a failure', answer('Error', 'a', { install: { rejectionReason: 'NotSupported' } }), 'failed', 'app-not-supported'],
    ['an unknown reason is a failure too', answer('Error', 'a', { install: { rejectionReason: 'SomethingNew' } }), 'failed', 'refused-by-device'],
    ['an error is a failure with the device\'s codes', answer('Error', 'a', { errorCodes: ['MCMDMErrorDomain 12001'] }), 'failed', 'device-error'],
    ['the same in the codes of the chain: it is there', answer('Error', 'a', { errorCodes: ['MCMDMErrorDomain 12025'] }), 'acknowledged', undefined],
    ['the same in the codes of the chain: it is on its way', answer('Error', 'a', { errorCodes: ['MCMDMErrorDomain 12026'] }), 'acknowledged', undefined],
    ['the user\'s refusal in the codes of the chain', answer('Error', 'a', { errorCodes: ['MCMDMErrorDomain 12063'] }), 'rejected', 'user-rejected'],
    ['a reason that says nothing, and a chain that does', answer('Error', 'a', { install: { rejectionReason: 'Other' }, errorCodes: ['MCMDMErrorDomain 12064'] }), 'failed', 'device-error'],
    ['a reason that says nothing', answer('Error', 'a', { install: { rejectionReason: 'Other' } }), 'failed', 'refused-by-device'],
    ['a reason that is called like something of the language', answer('Error', 'a', { install: { rejectionReason: 'constructor' } }), 'failed', 'refused-by-device'],
  ])('%s', (_, given, to, code) => {
    const { commit } = decide([queued('a', { handedAt: now - SECOND })], given);
    expect(commit.settled?.id).toBe('a');
    expect(commit.changes).toHaveLength(1);
    expect(commit.changes[0]?.to).toBe(to);
    expect(commit.changes[0]?.reason?.code).toBe(code);
    expect(commit.changes[0]?.ends).toBe(to === 'failed' || to === 'rejected');
  });

  it('tries errors of the network three times before it fails', () => {
    const network = answer('Error', 'a', { errorCodes: ['NSURLErrorDomain -1009'] });
    const first = decide([queued('a', { handedAt: now - SECOND })], network);
    expect(first.commit.deferred).toMatchObject({ id: 'a', tries: 1 });
    expect(first.pushAfterSeconds).toBeGreaterThan(0);
    const last = decide([queued('a', { handedAt: now - SECOND, tries: 2 })], network);
    expect(last.commit.changes[0]?.to).toBe('failed');
  });

  it.each(['MCMDMErrorDomain 12024', 'NSURLErrorDomain -1003', 'NSPOSIXErrorDomain 54', 'MCInstallationErrorDomain 4009'])('tries %s again, too', (code) => {
    expect(decide([queued('a', { handedAt: now - SECOND })], answer('Error', 'a', { errorCodes: [code] })).commit).toMatchObject({ deferred: { tries: 1 }, changes: [{ to: 'deferred' }] });
  });

  it.each(['MCMDMErrorDomain 12030', 'MCMDMErrorDomain 12032', 'MCMDMErrorDomain 12033', 'MCMDMErrorDomain 12034', 'ASDErrorDomain 850'])('that no device could obey is our fault: %s', (code) => {
    const decision = decide([queued('a', { handedAt: now - SECOND })], answer('Error', 'a', { errorCodes: [code] }));
    expect(decision.ourFault).toBe(true);
    expect(decision.commit.changes).toMatchObject([{ to: 'failed', reason: { code: 'device-error', deviceCodes: [code] } }]);
  });

  it('says in plain words what the device said in codes', () => {
    const { commit } = decide([queued('a', { handedAt: now - SECOND })], answer('Error', 'a', { errorCodes: ['MCMDMErrorDomain 12040'] }));
    expect(commit.changes[0]?.reason?.words).toBe('The device answered with an error: nobody is signed in to the App Store on the device.');
  });

  it('that calls it malformed is our fault', () => {
    const decision = decide([queued('a', { handedAt: now - SECOND })], answer('CommandFormatError', 'a'));
    expect(decision.ourFault).toBe(true);
    expect(decision.commit.changes[0]).toMatchObject({ to: 'failed', reason: { code: 'malformed-command' } });
  });

  it('repeated after it was settled changes nothing', () => {
    expect(decide([], answer('Acknowledged', 'a')).commit).toMatchObject({ changes: [], beginSession: false });
  });
});

describe('an inventory instruction', () => {
  it('is collected when its last list is answered', () => {
    expect(decide([installed('b', { handedAt: now - SECOND })], answer('Acknowledged', 'b')).commit.changes).toMatchObject([{ to: 'collected', ends: false }]);
  });

  it('is no part of a poll', () => {
    const { waveId: _, ...poll } = installed('b', { handedAt: now - SECOND });
    expect(decide([poll], answer('Acknowledged', 'b')).commit).toMatchObject({ settled: { id: 'b' }, changes: [] });
  });
});

describe('a command that a person sent', () => {
  const sent = queued('c', { command: { type: 'other', requestType: 'ProfileList', keys: {} }, requestedBy: 'grace', handedAt: now - SECOND });
  it.each<[DeviceAnswer['status'], string]>([['Acknowledged', 'acknowledged'], ['Error', 'error'], ['CommandFormatError', 'format-error']])('answered with %s leaves a record, and no instruction changes', (status, recorded) => {
    const { commit, ourFault } = decide([sent], answer(status, 'c', { errorCodes: ['MCMDMErrorDomain 12021'], report: 'reports/1' }));
    expect(commit).toMatchObject({ settled: { id: 'c' }, changes: [], record: { id: 'c', requestType: 'ProfileList', requestedBy: 'grace', outcome: { at: now, status: recorded, errorCodes: ['MCMDMErrorDomain 12021'], report: 'reports/1' } } });
    // It names no plan that could pause.
    expect(ourFault).toBe(status === 'CommandFormatError');
  });

  it('put off has no record yet', () => {
    expect(decide([sent], answer('NotNow', 'c')).commit).not.toHaveProperty('record');
  });

  it('that an instruction sent has none at all', () => {
    expect(decide([queued('a', { handedAt: now - SECOND })], answer('Acknowledged', 'a')).commit).not.toHaveProperty('record');
  });
});
