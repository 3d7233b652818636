/** Which state of an instruction may follow which: docs/decisions and the product's table, as data. */
import type { InstructionState } from './instruction.ts';

type InstallState = Exclude<InstructionState, 'collected' | 'removed'>;
type RemovalState = Exclude<InstructionState, 'collected' | 'installing' | 'installed' | 'rejected'>;

/** Of an install instruction. */
export const transitions: Readonly<Record<InstallState, readonly InstallState[]>> = {
  scheduled: ['issued', 'skipped', 'cancelled', 'failed'],
  issued: ['delivered', 'deferred', 'acknowledged', 'installing', 'installed', 'rejected', 'cancelled', 'superseded', 'failed', 'timedOut'],
  delivered: ['issued', 'acknowledged', 'deferred', 'rejected', 'failed', 'installing', 'installed', 'superseded', 'timedOut'],
  deferred: ['delivered', 'cancelled', 'superseded', 'failed', 'installed', 'timedOut'],
  acknowledged: ['installing', 'installed', 'rejected', 'failed', 'superseded', 'timedOut'],
  installing: ['installed', 'rejected', 'failed', 'superseded', 'timedOut'],
  installed: [],
  // What ended badly may still end well, late; the history keeps both.
  rejected: ['installed'],
  failed: ['installed', 'rejected'],
  timedOut: ['installed', 'rejected'],
  skipped: [],
  cancelled: [],
  superseded: [],
};

/** Of an instruction to remove an app: nobody is asked, so nobody declines. */
export const removalTransitions: Readonly<Record<RemovalState, readonly RemovalState[]>> = {
  scheduled: ['issued', 'skipped', 'cancelled', 'failed'],
  issued: ['delivered', 'deferred', 'acknowledged', 'removed', 'cancelled', 'superseded', 'failed', 'timedOut'],
  delivered: ['issued', 'acknowledged', 'deferred', 'removed', 'failed', 'timedOut'],
  deferred: ['delivered', 'removed', 'cancelled', 'superseded', 'failed', 'timedOut'],
  acknowledged: ['removed', 'failed', 'timedOut'],
  removed: [],
  failed: ['removed'],
  timedOut: ['removed'],
  skipped: [],
  cancelled: [],
  superseded: [],
};

/** The states that `to` may be reached from: the condition of a change. */
export function statesBefore(to: InstructionState): readonly InstructionState[] {
  if (to === 'collected') return ['issued', 'delivered', 'deferred', 'timedOut', 'failed'];
  if (to === 'removed') return (Object.keys(removalTransitions) as RemovalState[]).filter((from) => removalTransitions[from].includes(to));
  return (Object.keys(transitions) as InstallState[]).filter((from) => transitions[from].includes(to));
}

/** States that end an instruction: the device's claim on the app is given back. */
export const endStates: readonly InstructionState[] = ['installed', 'rejected', 'failed', 'timedOut', 'skipped', 'cancelled', 'superseded', 'removed', 'collected'];

export function isEnd(state: InstructionState): boolean {
  return endStates.includes(state);
}
