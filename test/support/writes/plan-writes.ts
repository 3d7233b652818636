import { defaultSettings } from '../../../core/catalog/app-settings.ts';
import { aBundleId, anApp, aRegistration, aVersion } from '../samples/catalogue.ts';
import { aDevice } from '../samples/device.ts';
import { afterWave, aPlan, aPlanBranch, aRun, keyOf, nextWave } from '../samples/plan.ts';
import { many, MORNING, uniqueName, uniqueUuid } from '../samples/unique.ts';
import type { Writes } from './write.ts';

export const planWrites: Writes = {
  'registering a version': {
    prepare: () => {
      const app = anApp();
      const version = aVersion(app);
      return { call: ({ catalogue }) => catalogue.putVersion(app, version) };
    },
  },
  'setting how an app is installed': {
    prepare: () => {
      const settings = { ...defaultSettings(aBundleId()), revision: 1 };
      return { call: ({ catalogue }) => catalogue.putSettings(settings) };
    },
  },
  'placing a version': {
    prepare: async (stores) => {
      const app = anApp();
      const version = aVersion(app);
      await stores.catalogue.putVersion(app, version);
      return { call: ({ catalogue }) => catalogue.movePlacement(version.id, 'placed', { placement: 'placed', checks: [], verifiedAt: MORNING }), answer: true };
    },
  },
  'withdrawing a version': {
    prepare: async (stores) => {
      const app = anApp();
      const version = aVersion(app);
      await stores.catalogue.putVersion(app, version);
      const withdrawn = { at: MORNING, by: 'ada', reason: 'It crashed.' };
      return { call: ({ catalogue }) => catalogue.withdraw(version.id, withdrawn), answer: { ...version, placement: 'missing', checks: [], withdrawn } };
    },
  },
  'deleting a version': {
    prepare: async (stores) => {
      const app = anApp();
      const version = aVersion(app);
      await stores.catalogue.putVersion(app, version);
      await stores.catalogue.withdraw(version.id, { at: MORNING, by: 'ada', reason: 'It crashed.' });
      return { call: ({ catalogue }) => catalogue.deleteVersion(version, { at: MORNING, by: 'ada' }) };
    },
  },
  'deleting an app': {
    prepare: () => {
      const bundleId = aBundleId();
      return { call: ({ catalogue }) => catalogue.deleteApp(bundleId) };
    },
  },
  'renewing a profile': {
    prepare: async (stores) => {
      const app = anApp();
      const version = aVersion(app);
      await stores.catalogue.putVersion(app, version);
      const end = version.profileExpiresAt + 1;
      const renewal = { uuid: 'p2', name: 'Field', endsAt: end, round: 1, at: MORNING, by: 'ada' };
      return { call: ({ catalogue }) => catalogue.renew(version, { ...version, profileExpiresAt: end, renewal }, 'cHJvZmlsZQ==') };
    },
  },
  'keeping a registration': {
    conflicts: false,
    prepare: () => {
      const registration = aRegistration();
      return { call: ({ catalogue }) => catalogue.putRegistration(registration) };
    },
  },
  // One after the other: there is one such item in a table, and others would take it from each other.
  'beginning, going on with and ending an import of permissions': {
    prepare: () => {
      const importId = uniqueUuid('import');
      return {
        call: async ({ selfService }) => {
          const held = [await selfService.beginImport(importId, 'ada', MORNING, MORNING + 1), await selfService.keepImport(importId, 'ada', MORNING + 2)];
          await selfService.endImport(importId, 'ada');
          return held;
        },
        answer: [true, true],
      };
    },
  },
  'granting permissions': {
    conflicts: false,
    prepare: () => {
      const permissions = many(20, () => ({ bundleId: aBundleId(), shortVersion: '1.0', deviceId: aDevice().id }));
      return { call: ({ selfService }) => selfService.grant(permissions, 'import') };
    },
  },
  'taking permissions away': {
    conflicts: false,
    prepare: async (stores) => {
      const permissions = many(20, () => ({ bundleId: aBundleId(), shortVersion: '1.0', deviceId: aDevice().id }));
      await stores.selfService.grant(permissions, 'import');
      return { call: ({ selfService }) => selfService.revoke(permissions) };
    },
  },
  'adding a plan': {
    prepare: () => {
      const plan = aPlan();
      const branches = many(3, () => aPlanBranch(plan));
      return { call: ({ plans }) => plans.addPlan(plan, branches, []) };
    },
  },
  'replacing a plan': {
    prepare: async (stores) => {
      const plan = aPlan();
      await stores.plans.addPlan(plan, [], []);
      return { call: ({ plans }) => plans.replacePlan(plan, { ...plan, status: 'live', revision: 2 }) };
    },
  },
  'saving a draft over another': {
    prepare: async (stores) => {
      const plan = aPlan({ targets: 'list' });
      const devices = many(2, () => aDevice());
      const branches = devices.map(({ branchId }) => aPlanBranch(plan, { branchId, targets: 1 }));
      await stores.plans.addPlan(plan, branches, devices);
      return { call: ({ plans }) => plans.replaceDraft(plan, { ...plan, revision: 2, edition: uniqueUuid('edition') }, branches.slice(1), devices.slice(1)) };
    },
  },
  'making a branch known to its run': {
    prepare: () => {
      const plan = aPlan({ edition: uniqueUuid('edition') });
      return { call: ({ plans }) => plans.settleBranch(plan, aPlanBranch(plan)) };
    },
  },
  'starting a plan': {
    prepare: async (stores) => {
      const [plan, former] = [aPlan({ bundleId: aBundleId() }), aPlan({ status: 'live' })];
      for (const each of [plan, former]) await stores.plans.addPlan(each, [], []);
      const live = await stores.plans.livePlans(plan.bundleId);
      return { call: ({ plans }) => plans.startPlan({ plan: { before: plan, after: { ...plan, status: 'live', revision: 2 } }, others: [{ before: former, after: { ...former, status: 'cancelled', revision: 2 } }], live, planIds: [plan.id] }) };
    },
  },
  'adding runs': {
    prepare: () => {
      const runs = many(3, () => aRun());
      return { call: (stores) => stores.runs.addRuns(runs), answer: runs };
    },
  },
  'opening a wave': {
    prepare: async (stores) => {
      const run = aRun();
      const wave = nextWave(run);
      await stores.runs.addRuns([run]);
      return { call: ({ runs }) => runs.openWave(run, afterWave(run), wave), answer: true };
    },
  },
  'replacing a run': {
    prepare: async (stores) => {
      const run = aRun();
      await stores.runs.addRuns([run]);
      return { call: ({ runs }) => runs.replaceRun(run, { ...run, status: 'paused' }), answer: true };
    },
  },
  'finishing a wave': {
    prepare: async (stores) => {
      const run = aRun();
      const wave = nextWave(run);
      await stores.runs.addRuns([run]);
      await stores.runs.openWave(run, afterWave(run), wave);
      return { call: ({ runs }) => runs.finishWave(wave) };
    },
  },
  'writing totals': {
    prepare: () => {
      const key = keyOf(aRun());
      return { call: ({ runs }) => runs.setWaveTotals(key, 1, 0, { totals: { issued: 2 }, reasons: {} }, { totals: { issued: 2 }, reasons: {} }), answer: true };
    },
  },
  'keeping a report': {
    prepare: () => {
      const [deviceId, bundleId] = [aDevice().id, aBundleId()];
      const managed = { status: 'Managed', reportedAt: MORNING };
      return { call: ({ inventory }) => inventory.report(deviceId, bundleId, { managed }), answer: { deviceId, bundleId, managed } };
    },
  },
  'recording a change': {
    conflicts: false,
    prepare: () => {
      const subject = uniqueName('plan');
      return { call: ({ audit }) => audit.record({ at: MORNING, who: 'ada', role: 'operator', action: 'plan.start', subject }) };
    },
  },
};
