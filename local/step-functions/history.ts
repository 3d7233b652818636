/** The events of an execution, with the types and detail members of GetExecutionHistory. */
import { SECOND, type Instant } from '../../core/ambient.ts';

/** Hard quota of a standard execution. */
export const historyQuota = 25_000;

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly at: Instant;
  readonly type: string;
  /** Name and content of the details member, where the type has one. */
  readonly details?: readonly [name: string, members: Readonly<Record<string, unknown>>];
}

/** The event as the API gives it; without `includeData` inputs and outputs are left out. */
export function eventShape(event: HistoryEvent, includeData: boolean): Record<string, unknown> {
  const shape: Record<string, unknown> = { timestamp: event.at / SECOND, type: event.type, id: event.id, previousEventId: event.previousEventId };
  if (event.details !== undefined) {
    const [name, members] = event.details;
    shape[name] = includeData ? members : Object.fromEntries(Object.entries(members).filter(([member]) => !dataMembers.has(member)));
  }
  return shape;
}

const dataMembers = new Set(['input', 'output', 'parameters', 'assignedVariables']);

/** `stateEnteredEventDetails`. */
export function entered(name: string, input: unknown): HistoryEvent['details'] {
  return ['stateEnteredEventDetails', { name, input: JSON.stringify(input), inputDetails: { truncated: false } }];
}

/** `stateExitedEventDetails`; assigned variables as JSON texts. */
export function exited(name: string, output: unknown, assigned: Readonly<Record<string, unknown>>): HistoryEvent['details'] {
  const texts = Object.fromEntries(Object.entries(assigned).map(([variable, value]) => [variable, JSON.stringify(value)]));
  const variables = Object.keys(texts).length === 0 ? {} : { assignedVariables: texts, assignedVariablesDetails: { truncated: false } };
  return ['stateExitedEventDetails', { name, output: JSON.stringify(output), outputDetails: { truncated: false }, ...variables }];
}
