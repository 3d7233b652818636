/** The audit log as a file: `Time (UTC),Who,Role,Action,Subject,Before,After`. What was changed is JSON. */
import type { AuditRecord } from '../../core/audit.ts';
import { neutralise, writeLine } from './table.ts';

export const auditHeader = writeLine(['Time (UTC)', 'Who', 'Role', 'Action', 'Subject', 'Before', 'After']);

/** Names and what people wrote are free text: what a spreadsheet would run is made harmless. */
export function auditLine({ at, who, role, action, subject, before, after }: AuditRecord): string {
  return writeLine([new Date(at).toISOString(), who, role, action, subject, json(before), json(after)].map(neutralise));
}

function json(facts: unknown): string {
  return facts === undefined ? '' : JSON.stringify(facts);
}
