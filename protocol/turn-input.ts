/** The state machine's payload, read back: an execution started by an older release may still carry it. */
import { WavecastError } from '../core/errors.ts';
import { parseBranchId, parsePlanId } from '../core/ids.ts';
import { isInstructionKind } from '../core/instruction/instruction.ts';
import type { TurnInput } from '../core/rollout/store.ts';

/** Throws `invalid-input` for anything but a TurnInput of format 1. */
export function parseTurnInput(value: unknown): TurnInput {
  const format = field(value, 'format');
  if (format !== 1) throw new WavecastError('invalid-input', 'The execution carries a format that this release does not know.', { remedy: 'Stop it; the sweep starts the run anew.' });
  const kind = field(value, 'kind');
  if (!isInstructionKind(kind)) throw malformed('kind');
  const window = field(value, 'window');
  return {
    format, kind,
    planId: parsePlanId(field(value, 'planId')),
    branchId: parseBranchId(field(value, 'branchId')),
    epoch: number(value, 'epoch'),
    window: { opensAt: number(window, 'opensAt'), closesAt: number(window, 'closesAt') },
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw malformed(name);
  return Reflect.get(value, name);
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  if (typeof found !== 'number' || !Number.isFinite(found)) throw malformed(name);
  return found;
}

function malformed(name: string): WavecastError {
  return new WavecastError('invalid-input', `The execution's input has no usable ${name}.`);
}
