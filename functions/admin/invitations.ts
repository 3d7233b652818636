import { refuseMistakes } from '../../core/device/file-mistakes.ts';
import type { Invitation } from '../../core/device/enrolment.ts';
import { checkWithdrawable, makeInvitations, planInvitations, type MadeInvitation } from '../../core/device/make-invitations.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseInvitationId } from '../../core/ids.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { LINES_PER_REQUEST } from '../../protocol/admin/device-file.ts';
import { decodeInvitations } from '../../protocol/csv/invitations.ts';
import { audit, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { auditRows, checkRows, countOutcomes } from './device-files.ts';
import { changeable, existingBranch } from './devices.ts';

export const invite: Handler<'invite'> = async (call) => {
  const { services, now, body: { branchId, deviceName, displayName, tags, testDevice, uses, days } } = call;
  const wish = {
    line: 1, branchId: await existingBranch(services, branchId), uses, days, ...(deviceName === undefined ? {} : { name: deviceName }),
    // What is not said leaves a record that exists as it is.
    ...(displayName === undefined ? {} : { displayName }), ...(tags === undefined ? {} : { tags }), ...(testDevice ? { testDevice } : {}),
  };
  const { wished, mistakes } = await planInvitations(services, [wish], now);
  refuseMistakes(mistakes);
  const [only] = wished;
  if (only === undefined) throw new WavecastError('internal', 'The invitation was not planned.');
  const { invitation, device } = only;
  const record = device === undefined || device.outcome === 'left' ? {} : { device: changeable(device.after) };
  await audit(call, { action: 'invitation.create', subject: invitation.id, ...(device?.before === undefined ? {} : { before: { device: changeable(device.before) } }), after: { ...invitation, ...record } });
  const { made: [made], failed } = await makeInvitations(services, wished, call.caller.name, now);
  if (made === undefined) throw new WavecastError('conflict', failed[0]?.words ?? 'The device has changed meanwhile.', { remedy: 'Invite it again.' });
  return withLink(services, made);
};

export const importInvitations: Handler<'importInvitations'> = async (call) => {
  const { services, now, body: { csv, firstLine, check } } = call;
  const rows = decodeInvitations(csv, firstLine, LINES_PER_REQUEST);
  checkRows(rows.length);
  const { wished, mistakes } = await planInvitations(services, rows, now);
  refuseMistakes(mistakes);
  const records = wished.flatMap(({ device }) => device ?? []);
  const devices = countOutcomes(records);
  if (check) return { devices, items: [], rows: rows.length, failed: [] };
  await audit(call, {
    action: 'invitation.import', subject: `${wished.length} invitations`, after: wished.map(({ invitation: { id, branchId, deviceName, uses, expiresAt } }) => ({ id, branchId, uses, expiresAt, ...(deviceName === undefined ? {} : { deviceName }) })),
  });
  await auditRows(call, 'device.import', records);
  const { made, failed } = await makeInvitations(services, wished, call.caller.name, now);
  return { devices, items: made.map((one) => ({ ...withLink(services, one), line: one.line })), rows: rows.length, failed };
};

export const listInvitations: Handler<'listInvitations'> = async ({ services, now, query: { branchId, after, limit } }) =>
  services.invitations.openInvitations(await existingBranch(services, branchId), now, after, limit);

export const getInvitation: Handler<'getInvitation'> = ({ services, id }) => invitationOf(services, id);

export const withdrawInvitation: Handler<'withdrawInvitation'> = async (call) => {
  const { services, now } = call;
  const invitation = await invitationOf(services, call.id);
  checkWithdrawable(invitation, now);
  if (invitation.withdrawnAt !== undefined) return invitation;
  await audit(call, { action: 'invitation.withdraw', subject: invitation.id, before: { uses: invitation.uses, used: invitation.used, expiresAt: invitation.expiresAt }, after: { withdrawnAt: now } });
  await services.invitations.withdrawInvitation(invitation, now);
  return { ...invitation, withdrawnAt: now };
};

async function invitationOf({ invitations }: Pick<AdminServices, 'invitations'>, id: string): Promise<Invitation> {
  const invitation = await invitations.invitation(parseInvitationId(id));
  if (invitation === undefined) throw new WavecastError('not-found', `There is no invitation ${id}.`, { remedy: 'Use the id that `wavecast device invite` printed.' });
  return invitation;
}

function withLink({ configuration }: Pick<AdminServices, 'configuration'>, { invitation, secret }: MadeInvitation): AnswerOf<'invite'> {
  return { ...invitation, link: `${configuration.apiUrl}/enrol/${secret}` };
}
