/** What is written down: files for the asker, and the audit log. */
import * as z from 'zod';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

export const exported = z.object({
  link: z.string().meta({ description: 'Downloads the file; it carries its own permission.' }),
  fileName: z.string(),
  rows: z.number().int(),
  expiresAt: instant,
}).meta({ id: 'Export', description: 'A CSV file.' });

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
const auditFilter = {
  who: z.string().min(1).max(200).optional().meta({ description: 'Only what people and programs did whose name begins like this.' }),
  action: z.string().min(1).max(100).optional().meta({ description: 'Only this: `noun.verb`, or all of a noun: `plan`.' }),
  subject: z.string().min(1).max(300).optional().meta({ description: 'Only what was done to this: an id.' }),
};
export const auditQuery = paging.extend({ ...auditFilter, day: day.optional().meta({ description: 'UTC, YYYY-MM-DD; the server\'s present day where this is absent. Needed with `after`.' }) })
  .refine(({ after, day: named }) => after === undefined || named !== undefined, { message: 'give the day of the page before', path: ['day'] });
export const auditRecords = pageOf(auditRecord).extend({ day: day.meta({ description: 'The day that the records are of.' }) });

export const auditExportRequest = z.strictObject({ day: day.optional().meta({ description: 'UTC, YYYY-MM-DD; the server\'s present day where this is absent.' }), ...auditFilter }).meta({ id: 'AuditExportRequest' });

export const recordOperations = {
  listAudit: operation('records', 'GET', 'audit', { summary: 'Every change by a person, and what the engine does in their place, on one day, newest first. With a filter a page may have fewer records than asked for, and a next one all the same.', query: auditQuery, answer: auditRecords }),
  exportAudit: operation('records', 'POST', 'exports/audit', { role: 'viewer', summary: 'Writes the audit log of one day as a CSV file, newest first.', body: auditExportRequest, answer: exported }),
};
