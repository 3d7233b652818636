import { aBranch, aBranchId, aCertificate, aChallenge, aDevice, anEnrolled, anEnrolment, anEvent, anInvitation, aPushAddress, aRenewal, changed, issuedCertificate } from '../samples/device.ts';
import { laterAndLater, MORNING, uniqueDigest, uniqueName } from '../samples/unique.ts';
import type { Writes } from './write.ts';

export const deviceWrites: Writes = {
  'creating a branch': {
    prepare: () => {
      const branch = aBranch();
      return { call: ({ branches }) => branches.putBranch(branch) };
    },
  },
  'replacing a branch': {
    prepare: async (stores) => {
      const branch = aBranch();
      await stores.branches.putBranch(branch);
      return { call: ({ branches }) => branches.putBranch({ ...branch, revision: 1 }) };
    },
  },
  'adding a device': {
    prepare: () => {
      const device = aDevice({ serialNumber: uniqueName('serial') });
      return { call: ({ devices }) => devices.addDevice(device) };
    },
  },
  'changing a device': {
    prepare: async (stores) => {
      const device = aDevice();
      await stores.devices.addDevice(device);
      return { call: ({ devices }) => devices.replaceDevice(device, changed(device, { osVersion: '18.2' })) };
    },
  },
  'moving and renaming a device': {
    prepare: async (stores) => {
      const device = aDevice();
      await stores.devices.addDevice(device);
      const moved = changed(device, { branchId: aBranchId(), name: uniqueName('device') });
      return { call: ({ devices }) => devices.replaceDevice(device, moved) };
    },
  },
  'making two devices one': {
    prepare: async (stores) => {
      const [gone, device] = [aDevice({ serialNumber: uniqueName('serial') }), aDevice()];
      for (const each of [gone, device]) await stores.devices.addDevice(each);
      const after = changed(device, { name: gone.name, branchId: gone.branchId });
      return { call: ({ devices }) => devices.mergeDevice(gone, device, after, [anEvent()]) };
    },
  },
  'removing a device': {
    prepare: async (stores) => {
      const enrolment = await anEnrolled(stores);
      const device = aDevice({ id: enrolment.deviceId, enrolmentId: enrolment.id, displayName: 'Till' });
      await stores.devices.addDevice(device);
      return { call: ({ devices }) => devices.removeDevice(device, { id: enrolment.id, certificate: enrolment.pin }, [anEvent()]) };
    },
  },
  'telling an event': {
    conflicts: false,
    prepare: () => {
      const [{ id }, event] = [aDevice(), anEvent()];
      return { call: ({ timeline }) => timeline.record(id, event) };
    },
  },
  'telling an event once': {
    prepare: () => {
      const [{ id }, event] = [aDevice(), anEvent()];
      return { call: ({ timeline }) => timeline.recordOnce(id, event), answer: true };
    },
  },
  authenticating: {
    prepare: async (stores) => {
      const enrolment = anEnrolment(await issuedCertificate(stores.invitations));
      return { call: ({ enrolments }) => enrolments.authenticate(enrolment) };
    },
  },
  'completing an enrolment': {
    prepare: async (stores) => {
      const enrolment = anEnrolment(await issuedCertificate(stores.invitations));
      await stores.enrolments.authenticate(enrolment);
      return { call: ({ enrolments }) => enrolments.setPush(enrolment.id, enrolment.pin, aPushAddress(), MORNING + 1), answer: true };
    },
  },
  'marking a push address dead': {
    prepare: async (stores) => {
      const { id, push } = await anEnrolled(stores);
      return { call: ({ enrolments }) => enrolments.markPushDead(id, push.token, undefined, MORNING + 1) };
    },
  },
  'hearing from a device': {
    prepare: async (stores) => {
      const { id } = await anEnrolled(stores);
      return { call: ({ enrolments }) => enrolments.heardFrom(id, MORNING + 1) };
    },
  },
  leaving: {
    prepare: async (stores) => {
      const { id } = await anEnrolled(stores);
      return { call: ({ enrolments }) => enrolments.leave(id, MORNING + 1) };
    },
  },
  'replacing the pinned certificate': {
    prepare: async (stores) => {
      const { id, pin } = await anEnrolled(stores);
      const renewal = aRenewal({ enrolmentId: id, pin });
      return { call: ({ enrolments }) => enrolments.replacePin(id, pin, renewal), answer: true };
    },
  },
  'revoking an identity': {
    prepare: async (stores) => {
      const { id, pin } = await anEnrolled(stores);
      return { call: ({ enrolments }) => enrolments.revoke(id, pin, MORNING + 1) };
    },
  },
  'publishing the authorities': {
    conflicts: false,
    prepare: () => {
      const known = { revision: laterAndLater(), current: { fingerprint: uniqueDigest('authority'), certificate: 'PEM', chain: [] }, former: [] };
      return { call: ({ authorityDirectory }) => authorityDirectory.publish(known) };
    },
  },
  'adding an invitation': {
    prepare: () => {
      const [invitation, secret] = [anInvitation(), uniqueDigest('secret')];
      return { call: ({ invitations }) => invitations.addInvitation(invitation, secret) };
    },
  },
  'withdrawing an invitation': {
    prepare: async (stores) => {
      const invitation = anInvitation();
      await stores.invitations.addInvitation(invitation, uniqueDigest('secret'));
      return { call: ({ invitations }) => invitations.withdrawInvitation(invitation, MORNING) };
    },
  },
  'adding a challenge': {
    conflicts: false,
    prepare: () => {
      const challenge = aChallenge(anInvitation().id);
      return { call: ({ invitations }) => invitations.addChallenge(challenge) };
    },
  },
  'issuing a certificate': {
    prepare: async (stores) => {
      const invitation = anInvitation();
      const [challenge, certificate] = [aChallenge(invitation.id), aCertificate(invitation.id)];
      await stores.invitations.addInvitation(invitation, uniqueDigest('secret'));
      await stores.invitations.addChallenge(challenge);
      return { call: ({ invitations }) => invitations.issue(challenge, certificate, 'transaction') };
    },
  },
};
