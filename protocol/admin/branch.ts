/** Branches in the administrators' API. */
import * as z from 'zod';
import { pageOf } from './field.ts';
import { operation } from './operation.ts';

export const branchRequest = z.strictObject({
  name: z.string().trim().min(1).max(100),
  timeZone: z.string().min(1).max(64).meta({ description: 'IANA zone, for example `Asia/Tokyo`.' }),
  linkMbps: z.number().positive().max(1_000_000).meta({ description: 'Capacity of the link, Mbit/s.' }),
  brake: z.boolean().default(false).meta({ description: 'Emergency brake: while on, no package is served there.' }),
}).meta({ id: 'BranchRequest' });
export type BranchRequest = z.infer<typeof branchRequest>;

export const branch = z.object({
  id: z.string(),
  name: z.string(),
  timeZone: z.string(),
  linkMbps: z.number(),
  brake: z.boolean(),
  revision: z.number().int(),
  devices: z.number().int(),
  enrolled: z.number().int().meta({ description: 'How many of the devices are enrolled.' }),
}).meta({ id: 'Branch' });
export type BranchAnswer = z.infer<typeof branch>;

export const branches = pageOf(branch);

export const branchOperations = {
  listBranches: operation('branches', 'GET', 'branches', { summary: 'All branches, by id.', answer: branches }),
  putBranch: operation('branches', 'PUT', 'branches/{id}', { role: 'admin', summary: 'Makes a branch, or replaces what is said of it.', body: branchRequest, answer: branch }),
};
