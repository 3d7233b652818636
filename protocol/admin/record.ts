/** What is written down: exports of the distribution status, and the audit log. */
import * as z from 'zod';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

export const exportRequest = z.strictObject({
  bundleId: z.string(),
  versionId: z.string().optional().meta({ description: 'A row per device for this version; else a row per device and version.' }),
  planId: z.string().optional().meta({ description: 'The devices and the version of this plan only.' }),
}).meta({ id: 'ExportRequest' });

export const exported = z.object({
  link: z.string().meta({ description: 'Downloads the file; it carries its own permission.' }),
  fileName: z.string(),
  rows: z.number().int(),
  expiresAt: instant,
}).meta({ id: 'Export', description: 'A CSV file: Name,Status,Package name,Version. Status: 0 not instructed, 1 installed, 2 scheduled, 3 instructed and not finished, 4 failed.' });

export const auditRecord = z.object({
  at: instant,
  who: z.string(),
  role: z.string(),
  action: z.string().meta({ description: '`noun.verb`, for example `plan.start`.' }),
  subject: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
}).meta({ id: 'AuditRecord' });

const day = z.iso.date();
export const auditQuery = paging.extend({ day: day.optional().meta({ description: 'UTC, YYYY-MM-DD; the server\'s present day where this is absent. Needed with `after`.' }) })
  .refine(({ after, day: named }) => after === undefined || named !== undefined, { message: 'give the day of the page before', path: ['day'] });
export const auditRecords = pageOf(auditRecord).extend({ day: day.meta({ description: 'The day that the records are of.' }) });

export const recordOperations = {
  exportDistributionStatus: operation('records', 'POST', 'exports/distribution-status', { role: 'viewer', summary: 'Writes the distribution status as CSV.', body: exportRequest, answer: exported }),
  listAudit: operation('records', 'GET', 'audit', { summary: 'Every change by a person, and what the engine does in their place, on one day, newest first.', query: auditQuery, answer: auditRecords }),
};
