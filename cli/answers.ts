/**
 * What commands read in the server's answers. Anything else in them passes through untouched, so that `--json` prints
 * all that the server says, and an older command goes on with a newer server. Instants: milliseconds since the epoch.
 */
import * as z from 'zod';
import { instructionStates } from '../core/instruction/instruction.ts';
import { planStates } from '../core/rollout/plan-state.ts';

export function pageOf<T extends z.ZodType>(item: T): z.ZodObject<{ items: z.ZodArray<T>; next: z.ZodOptional<z.ZodString> }, z.core.$loose> {
  return z.looseObject({ items: z.array(item), next: z.string().optional() });
}

const instant = z.number();
const totals = z.partialRecord(z.enum(instructionStates), z.number());
const check = z.looseObject({ name: z.string(), passed: z.boolean(), expected: z.string(), found: z.string(), remedy: z.string().optional() });

export const branch = z.looseObject({
  id: z.string(), name: z.string(), timeZone: z.string(), linkMbps: z.number(), brake: z.boolean(), devices: z.number().optional(), enrolled: z.number().optional(),
});
export type BranchAnswer = z.infer<typeof branch>;

export const device = z.looseObject({
  id: z.string(), name: z.string(), branchId: z.string(), testDevice: z.boolean(), status: z.string(), productName: z.string().optional(), osVersion: z.string().optional(),
  serialNumber: z.string().optional(), supervised: z.boolean().optional(), tags: z.array(z.string()).optional(), enrolledAt: instant.optional(),
});
export type DeviceAnswer = z.infer<typeof device>;

export const invitation = z.looseObject({ id: z.string(), link: z.string(), expiresAt: instant });

export const pushCertificate = z.looseObject({ topic: z.string(), expiresAt: instant });

export const upload = z.looseObject({ uploadId: z.string(), partSize: z.number(), parts: z.array(z.looseObject({ partNumber: z.number(), url: z.string() })) });

export const registration = z.looseObject({
  id: z.string(), fileName: z.string(), state: z.string(), versionId: z.string().optional(), bundleId: z.string().optional(), checks: z.array(check).optional(),
  reason: z.string().optional(), remedy: z.string().optional(),
});
export type RegistrationAnswer = z.infer<typeof registration>;

export const version = z.looseObject({
  id: z.string(), bundleId: z.string(), shortVersion: z.string(), version: z.string(), title: z.string(), fileName: z.string(), size: z.number(), kind: z.string(),
  placement: z.string(), minimumOsVersion: z.string(), profileExpiresAt: instant, createdAt: instant, checks: z.array(check).optional(),
});
export type VersionAnswer = z.infer<typeof version>;

export const app = z.looseObject({ bundleId: z.string(), title: z.string(), description: z.string(), createdAt: instant });
export const appDetail = app.extend({ versions: z.array(version) });

export const testInstall = z.looseObject({});
export const completedUpload = z.looseObject({});

const run = z.looseObject({ status: z.enum(['waiting', 'running', 'paused', 'finished', 'cancelled']), nextSeq: z.number(), nextAt: instant, lastVerdict: z.looseObject({ words: z.string() }).optional() });
const planBranch = z.looseObject({
  branchId: z.string(), timeZone: z.string(), devices: z.number().optional(), totals: totals.optional(), install: run.optional(), inventory: run.optional(),
});

export const plan = z.looseObject({
  id: z.string(), name: z.string(), bundleId: z.string(), versionId: z.string(), shortVersion: z.string(), version: z.string(), waveSize: z.number(), intervalMinutes: z.number(),
  deadlineHours: z.number(), abortRule: z.looseObject({ share: z.number(), minimum: z.number() }).optional(), status: z.string(), pausedBecause: z.string().optional(), createdBy: z.string(), createdAt: instant,
});
/** One plan, with how far it is. */
export const planDetail = plan.extend({ state: z.enum(planStates), branches: z.array(planBranch) });
export type PlanDetail = z.infer<typeof planDetail>;

export const wave = z.looseObject({ branchId: z.string(), seq: z.number(), openedAt: instant, totals: totals.optional() });
export type WaveAnswer = z.infer<typeof wave>;

export const preview = z.looseObject({
  devices: z.number(), waves: z.number(), lastWaveAt: instant.optional(),
  branches: z.array(z.looseObject({ branchId: z.string(), timeZone: z.string(), devices: z.number(), windows: z.number(), finishesAt: instant.optional(), waves: z.array(z.looseObject({ at: instant, size: z.number(), localTime: z.string() })) })),
});
export type PreviewAnswer = z.infer<typeof preview>;

export const instruction = z.looseObject({
  deviceName: z.string(), branchId: z.string(), state: z.string(), updatedAt: instant, reason: z.looseObject({ words: z.string(), deviceCodes: z.array(z.string()).optional() }).optional(),
});
export const exported = z.looseObject({ link: z.string() });
export const auditRecord = z.looseObject({ at: instant, who: z.string(), role: z.string(), action: z.string(), subject: z.string() });

/** All of them at once: an organisation has a few thousand sites at most. */
export const branches = z.looseObject({ branches: z.array(branch) });
export const devices = pageOf(device);
export const apps = pageOf(app);
export const plans = pageOf(plan);
export const waves = pageOf(wave);
export const instructions = pageOf(instruction);
export const auditRecords = pageOf(auditRecord);
