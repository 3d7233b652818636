import { HOUR, SECOND } from '../../core/ambient.ts';
import { applyImport, planImport, type PlannedRow } from '../../core/device/import-devices.ts';
import { refuseMistakes } from '../../core/device/file-mistakes.ts';
import { changeEvents } from '../../core/device/record-events.ts';
import { WavecastError } from '../../core/errors.ts';
import type { BranchId } from '../../core/ids.ts';
import { LINES_PER_REQUEST, ROWS_PER_REQUEST } from '../../protocol/admin/device-file.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { decodeDevices, deviceLine, devicesHeader } from '../../protocol/csv/devices.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { changeable, existingBranch } from './devices.ts';

const LINK_LIFE = HOUR / 4;
const PAGE = 500;
/** Rows of one record of the audit log, which holds 400 KB at most. */
const AUDITED_TOGETHER = 50;

export const importDevices: Handler<'importDevices'> = async (call) => {
  const { services, now, body: { csv, firstLine, check } } = call;
  const { rows } = decodeDevices(csv, firstLine, LINES_PER_REQUEST);
  checkRows(rows.length);
  const { planned, mistakes } = await planImport(services, rows, now);
  refuseMistakes(mistakes);
  if (!check) await auditRows(call, 'device.import', planned);
  const failed = check ? [] : await applyImport(services, planned, call.caller.name, 'imported', now);
  const lost = new Set(failed.map(({ line }) => line));
  const done = planned.filter(({ line }) => !lost.has(line));
  return {
    ...countOutcomes(done), failed,
    rows: done.flatMap(({ line, outcome, before, after }) => (outcome === 'left' ? [] : [{ line, outcome, name: after.name, changes: before === undefined ? [] : changesOf(services, before, after) }])),
  };
};

function changesOf({ ids }: Pick<AdminServices, 'ids'>, before: PlannedRow['after'], after: PlannedRow['after']): readonly string[] {
  return changeEvents(ids, before, after, undefined, 0).map(({ words }) => words);
}

/** Throws `too-large` for more than one request may have. */
export function checkRows(rows: number): void {
  if (rows > ROWS_PER_REQUEST) throw new WavecastError('too-large', `The file has ${rows} rows; a request may have ${ROWS_PER_REQUEST}.`, { remedy: 'Send it in portions, each with the title line, or use the command line, which does that.' });
}

export function countOutcomes(planned: readonly PlannedRow[]): Pick<AnswerOf<'importDevices'>, 'created' | 'changed' | 'left'> {
  const count = (outcome: PlannedRow['outcome']): number => planned.filter((row) => row.outcome === outcome).length;
  return { created: count('created'), changed: count('changed'), left: count('left') };
}

/** What is made and changed, before it is; nothing where nothing is. */
export async function auditRows(call: AdminContext, action: string, planned: readonly PlannedRow[]): Promise<void> {
  const changes = planned.filter(({ outcome }) => outcome !== 'left');
  for (let first = 0; first < changes.length; first += AUDITED_TOGETHER) {
    const some = changes.slice(first, first + AUDITED_TOGETHER);
    const facts = (device: PlannedRow['after']) => ({ id: device.id, ...changeable(device), ...(device.serialNumber === undefined ? {} : { serialNumber: device.serialNumber }) });
    await audit(call, {
      action, subject: `lines ${some[0]?.line ?? 0} to ${some.at(-1)?.line ?? 0}`, before: some.flatMap(({ before }) => (before === undefined ? [] : [facts(before)])), after: some.map(({ after }) => facts(after)),
    });
  }
}

export const exportDevices: Handler<'exportDevices'> = async ({ services, now, body: { branchId } }) => {
  const branchIds = branchId === undefined ? (await services.branches.branches()).map(({ id }) => id) : [await existingBranch(services, branchId)];
  const key = `exports/${services.ids.fresh()}.csv`;
  const fileName = `devices${branchId === undefined ? '' : `-${branchId}`}-${new Date(now).toISOString().slice(0, 10)}.csv`;
  const written = { rows: 0 };
  await services.exports.write(key, 'text/csv; charset=utf-8', lines(services, branchIds, written));
  return { link: await services.exports.link(key, fileName, LINK_LIFE / SECOND), fileName, rows: written.rows, expiresAt: now + LINK_LIFE };
};

/** By branch, in the order of its waves; one page of devices at a time. */
async function* lines({ devices }: Pick<AdminServices, 'devices'>, branchIds: readonly BranchId[], written: { rows: number }): AsyncGenerator<string, undefined> {
  yield devicesHeader;
  for (const branchId of branchIds) {
    for (let after: string | undefined, page = PAGE; page === PAGE;) {
      const found = await devices.devicesOfBranch(branchId, after, PAGE);
      written.rows += found.length;
      yield found.map(deviceLine).join('');
      after = found.at(-1)?.order;
      page = found.length;
    }
  }
  return undefined;
}
