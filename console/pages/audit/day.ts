/** Days of the audit log: UTC, `YYYY-MM-DD`. */
import { DAY } from '../../../core/ambient.ts';

/** Undefined for what is no day of any calendar: an address may hold anything. */
export function dayIn(text: string | null): string | undefined {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? text : undefined;
}

export function neighbour(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}
