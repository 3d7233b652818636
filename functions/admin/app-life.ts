import type { AppVersion } from '../../core/catalog/app.ts';
import { storageReport } from '../../core/catalog/storage.ts';
import { isGoing, plansUsing, totalsOfPlan, type PlanUse } from '../../core/catalog/version-use.ts';
import { checkDeletable, checkWithdrawable, withdrawVersion as withdraw } from '../../core/catalog/withdraw-version.ts';
import { WavecastError } from '../../core/errors.ts';
import { parseBundleId, parseVersionId } from '../../core/ids.ts';
import { countOf, openStates } from '../../core/result/totals.ts';
import { changeVersion } from '../../core/rollout/change-version.ts';
import { controlPlan } from '../../core/rollout/control.ts';
import type { Plan } from '../../core/rollout/plan.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { audit, type AdminContext, type Handler } from './admin-call.ts';
import { versionAnswer, versionOf } from './apps.ts';
import { planOf } from './plans.ts';

export const withdrawVersion: Handler<'withdrawVersion'> = async (call) => {
  const { services, caller, now, body: { reason, force } } = call;
  const version = await versionOf(call);
  const uses = await plansUsing(services, version.id);
  checkWithdrawable(version, uses, force);
  const going = uses.filter(isGoing);
  await audit(call, {
    action: 'version.withdraw', subject: version.id, before: { bundleId: version.bundleId, shortVersion: version.shortVersion, version: version.version, placement: version.placement },
    after: { withdrawn: true, reason, force, cancelledPlans: going.map(({ plan }) => plan.id) },
  });
  const withdrawn = await withdraw(services, version, { at: now, by: caller.name, reason });
  for (const { plan } of going) await cancel(call, plan);
  return { version: versionAnswer(withdrawn, now), cancelled: going.map(useAnswer) };
};

/** A plan that somebody has cancelled meanwhile is where it should be. */
async function cancel(call: AdminContext, plan: Plan): Promise<void> {
  const { services, caller, now } = call;
  const before = (await services.plans.plan(plan.id)) ?? plan;
  const after = controlPlan(before, 'cancel', caller.name, now);
  if (after !== before) {
    await audit(call, { action: 'plan.cancel', subject: plan.id, before: { status: before.status }, after: { status: after.status, because: 'the version was withdrawn' } });
    await services.plans.replacePlan(before, after);
  }
  await services.background.launch(plan.id);
}

export const deleteVersion: Handler<'deleteVersion'> = async (call) => {
  const version = await versionOf(call);
  await checkFree(call, version);
  await audit(call, { action: 'version.delete', subject: version.id, before: { bundleId: version.bundleId, shortVersion: version.shortVersion, version: version.version, withdrawn: version.withdrawn }, after: { deleted: true } });
  await call.services.catalogue.deleteVersion(version, { at: call.now, by: call.caller.name });
  return { deleted: [version.id] };
};

export const deleteApp: Handler<'deleteApp'> = async (call) => {
  const { services, caller, now } = call;
  const bundleId = parseBundleId(call.id);
  const [app, versions] = await Promise.all([services.catalogue.app(bundleId), services.catalogue.versionsOf(bundleId)]);
  if (app === undefined) throw new WavecastError('not-found', `There is no app ${bundleId}.`, { remedy: 'Name one that `wavecast app list` shows.' });
  for (const version of versions) await checkFree(call, version);
  await audit(call, { action: 'app.delete', subject: bundleId, before: { title: app.title, versions: versions.map(({ id }) => id) }, after: { deleted: true } });
  for (const version of versions) await services.catalogue.deleteVersion(version, { at: now, by: caller.name });
  await services.catalogue.deleteApp(bundleId);
  return { deleted: versions.map(({ id }) => id) };
};

async function checkFree({ services, now }: AdminContext, version: AppVersion): Promise<void> {
  const uses = await plansUsing(services, version.id);
  const totals = await Promise.all(uses.map(({ plan }) => totalsOfPlan(services, plan)));
  checkDeletable(version, uses, totals.reduce((sum, each) => sum + countOf(each, openStates), 0), now);
}

export const changePlanVersion: Handler<'changePlanVersion'> = async (call) => {
  const before = await planOf(call);
  const version = await call.services.catalogue.version(parseVersionId(call.body.versionId));
  return change(call, before, changeVersion(before, version, call.now));
};

export const replaceVersion: Handler<'replaceVersion'> = async (call) => {
  const { services, now, body } = call;
  const [former, version] = [await versionOf(call), await services.catalogue.version(parseVersionId(body.versionId))];
  const uses = await plansUsing(services, former.id);
  const drafts = uses.filter(({ state }) => state === 'draft');
  // All of them are judged before one is changed.
  const changes = drafts.map(({ plan }) => ({ before: plan, after: changeVersion(plan, version, now) }));
  if (changes.length === 0) throw new WavecastError('conflict', 'No plan that is a draft is for this version.', { remedy: 'Make a plan for the new version; plans that are going on are cancelled by `wavecast plan cancel`.', evidence: uses.filter(isGoing).map(({ plan, state }) => `${plan.name} (${plan.id}): ${state}`) });
  for (const { before, after } of changes) await change(call, before, after);
  return { changed: drafts.map(useAnswer), going: uses.filter(isGoing).map(useAnswer) };
};

async function change(call: AdminContext, before: Plan, after: Plan): Promise<Plan> {
  if (after === before) return before;
  const facts = ({ versionId, shortVersion, version }: Plan) => ({ versionId, shortVersion, version });
  await audit(call, { action: 'plan.change-version', subject: before.id, before: facts(before), after: facts(after) });
  await call.services.plans.replacePlan(before, after);
  return after;
}

export const getStorage: Handler<'getStorage'> = async ({ services, now, query }) => {
  const { versions, leftovers } = await storageReport(services, query, now);
  const sum = (of: (each: (typeof versions)[number]) => number): number => versions.reduce((total, each) => total + of(each), 0);
  return {
    bytes: sum(({ bytes }) => bytes), monthlyCost: sum(({ monthlyCost }) => monthlyCost), pricePerGb: query.pricePerGb, leftovers,
    versions: versions.map(({ version: { id, bundleId, shortVersion, version, createdAt }, ...rest }) => ({ id, bundleId, shortVersion, version, createdAt, ...rest })),
  };
};

function useAnswer({ plan: { id, name }, state }: PlanUse): AnswerOf<'withdrawVersion'>['cancelled'][number] {
  return { id, name, state };
}
