import type { AppVersion } from '../../core/catalog/app.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseVersionId } from '../../core/ids.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';

export async function versionOf({ catalogue }: AdminServices, id: string): Promise<AppVersion> {
  const version = await catalogue.version(parseVersionId(id));
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return version;
}

export const listAudit: Handler<'listAudit'> = async ({ services, now, query: { after, limit, day = new Date(now).toISOString().slice(0, 10) } }) => ({ day, ...(await services.audit.ofDay(day, after, limit)) });
