import { HOUR, SECOND } from '../../core/ambient.ts';
import type { AppVersion } from '../../core/catalog/app.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, parsePlanId, parseVersionId } from '../../core/ids.ts';
import { statusRows, type StatusScope } from '../../core/result/status-rows.ts';
import { checkSameApp, scopeOfApp, scopeOfPlan } from '../../core/result/status-scope.ts';
import type { BodyOf } from '../../protocol/admin/operations.ts';
import { distributionStatusHeader, distributionStatusLine } from '../../protocol/csv/distribution-status.ts';
import type { Handler } from './admin-call.ts';
import type { AdminServices } from './admin-services.ts';
import { planOf } from './plans.ts';

const LINK_LIFE = HOUR / 4;

export const exportDistributionStatus: Handler<'exportDistributionStatus'> = async ({ services, body, now }) => {
  const scope = await scopeOf(services, body);
  const key = `exports/${services.ids.fresh()}.csv`;
  const fileName = `distribution-status-${scope.bundleId}-${new Date(now).toISOString().slice(0, 10)}.csv`;
  const written = { rows: 0 };
  await services.exports.write(key, 'text/csv; charset=utf-8', lines(services, scope, written));
  return { link: await services.exports.link(key, fileName, LINK_LIFE / SECOND), fileName, rows: written.rows, expiresAt: now + LINK_LIFE };
};

async function* lines(services: AdminServices, scope: StatusScope, written: { rows: number }): AsyncGenerator<string, undefined> {
  yield distributionStatusHeader;
  for await (const rows of statusRows(services, scope)) {
    written.rows += rows.length;
    yield rows.map(distributionStatusLine).join('');
  }
  return undefined;
}

async function scopeOf(services: AdminServices, { bundleId: text, versionId, planId }: BodyOf<'exportDistributionStatus'>): Promise<StatusScope> {
  const bundleId = parseBundleId(text);
  if (planId !== undefined) {
    const plan = await planOf({ services, id: parsePlanId(planId) });
    checkSameApp(bundleId, plan);
    const version = plan.operation === 'install' ? await versionOf(services, plan.versionId) : undefined;
    return scopeOfPlan(services, plan, version);
  }
  const version = versionId === undefined ? undefined : await versionOf(services, versionId);
  if (version !== undefined) checkSameApp(bundleId, version);
  else if ((await services.catalogue.app(bundleId)) === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Name one that `wavecast app list` shows.' });
  return scopeOfApp(services, bundleId, version);
}

export async function versionOf({ catalogue }: AdminServices, id: string): Promise<AppVersion> {
  const version = await catalogue.version(parseVersionId(id));
  if (version === undefined) throw new WavecastError('not-found', `There is no version ${id}.`, { remedy: 'Use an id that `wavecast app show` prints.' });
  return version;
}

export const listAudit: Handler<'listAudit'> = async ({ services, now, query: { after, limit, day = new Date(now).toISOString().slice(0, 10) } }) => ({ day, ...(await services.audit.ofDay(day, after, limit)) });
