/** Everything that the administrators' API does. The function serves exactly these, and its description is made from them. */
import type * as z from 'zod';
import { appSettingsOperations } from './app-settings.ts';
import { appLifeOperations } from './app-life.ts';
import { appOperations } from './app.ts';
import { authorityOperations } from './authority.ts';
import { branchOperations } from './branch.ts';
import { commandOperations } from './command.ts';
import { configurationOperations } from './configuration.ts';
import { deviceOperations } from './device.ts';
import { deviceFileOperations } from './device-file.ts';
import { deviceInventoryOperations } from './device-inventory.ts';
import { invitationOperations } from './invitation.ts';
import { jobOperations } from './job.ts';
import { identityOperations } from './identity.ts';
import { installationOperations } from './installation.ts';
import { instructOperations } from './instruct.ts';
import type { Operation } from './operation.ts';
import { overviewOperations } from './overview.ts';
import { placedFileOperations } from './placed-file.ts';
import { planOperations } from './plan.ts';
import { planTargetsOperations } from './plan-targets.ts';
import { profileSignerOperations } from './profile-signer.ts';
import { pushCertificateOperations } from './push-certificate.ts';
import { recordOperations } from './record.ts';
import { selfServiceOperations } from './self-service.ts';
import { testInstallOperations } from './test-install.ts';
import { versionDevicesOperations } from './version-devices.ts';
import { timelineOperations } from './timeline.ts';

export const operations = {
  ...configurationOperations, ...branchOperations, ...deviceOperations, ...deviceFileOperations, ...deviceInventoryOperations, ...timelineOperations, ...identityOperations, ...commandOperations,
  ...invitationOperations, ...authorityOperations, ...pushCertificateOperations, ...profileSignerOperations, ...appOperations, ...appLifeOperations, ...appSettingsOperations, ...placedFileOperations, ...planOperations, ...planTargetsOperations, ...instructOperations, ...versionDevicesOperations, ...testInstallOperations, ...selfServiceOperations, ...recordOperations, ...jobOperations, ...overviewOperations, ...installationOperations,
} satisfies Readonly<Record<string, Operation>>;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
export type QueryOf<N extends OperationName> = z.output<Operations[N]['query']>;
export type BodyOf<N extends OperationName> = z.output<Operations[N]['body']>;
/** What a handler gives back. */
export type AnswerOf<N extends OperationName> = z.input<Operations[N]['answer']>;

/** The operations once more, typed so that a name, its schemas and its handler go together. */
export const forms: { readonly [N in OperationName]: Pick<Operation, 'method' | 'path' | 'role'> & { readonly query: z.ZodType<QueryOf<N>>; readonly body: z.ZodType<BodyOf<N>> } } = operations;

function isOperationName(name: string): name is OperationName {
  return name in operations;
}
export const operationNames: readonly OperationName[] = Object.keys(operations).filter(isOperationName);
