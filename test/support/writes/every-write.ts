/** Every write that the stores can be asked for. */
import { deviceWrites } from './device-writes.ts';
import { instructionWrites } from './instruction-writes.ts';
import { planWrites } from './plan-writes.ts';
import type { Writes } from './write.ts';

export const everyWrite: Writes = { ...deviceWrites, ...instructionWrites, ...planWrites };
