import { dayOf, HOUR, SECOND } from '../../core/ambient.ts';
import type { AuditRecord } from '../../core/audit.ts';
import type { AppVersion } from '../../core/catalog/app.ts';
import { WavecastError } from '../../core/errors.ts';
import { auditOfDay, findAudit } from '../../core/find-audit.ts';
import { parseVersionId } from '../../core/ids.ts';
import { auditHeader, auditLine } from '../../protocol/csv/audit.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

export async function versionOf({ catalogue }: AdminServices, id: string): Promise<AppVersion> {
  const version = await catalogue.version(parseVersionId(id));
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return version;
}

const LINK_LIFE = HOUR / 4;

export const listAudit: Handler<'listAudit'> = async ({ services, now, query: { after, limit, day = dayOf(now), ...filter } }) => ({ day, ...(await findAudit(services.audit, day, filter, after, limit)) });

export const exportAudit: Handler<'exportAudit'> = async ({ services, now, body: { day = dayOf(now), ...filter } }) => {
  const key = `exports/${services.ids.fresh()}.csv`;
  const fileName = `audit-${day}.csv`;
  const written = { rows: 0 };
  await services.exports.write(key, 'text/csv; charset=utf-8', lines(auditOfDay(services.audit, day, filter), written));
  return { link: await services.exports.link(key, fileName, LINK_LIFE / SECOND), fileName, rows: written.rows, expiresAt: now + LINK_LIFE };
};

async function* lines(records: AsyncIterable<AuditRecord>, written: { rows: number }): AsyncGenerator<string, undefined> {
  yield auditHeader;
  for await (const record of records) {
    written.rows += 1;
    yield auditLine(record);
  }
  return undefined;
}
