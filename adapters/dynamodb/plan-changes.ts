/** What the stream of the plans table tells of: changes of plans, and verdicts of runs. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { parseBranchId, parsePlanId } from '../../core/ids.ts';
import { instructionKinds } from '../../core/instruction/instruction.ts';
import type { PlanChange } from '../../core/result/announce.ts';
import { PLAN, readPlan } from './codec/plan.ts';
import { readKeptVerdict, VERDICT } from './codec/run.ts';
import { oneOf } from './read.ts';

/** A record's own part, as Lambda passes it on: images as attribute values. */
export interface ChangeImages {
  readonly OldImage?: Readonly<Record<string, unknown>> | undefined;
  readonly NewImage?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds since the epoch. */
  readonly ApproximateCreationDateTime?: number | undefined;
}

const readKind = oneOf(instructionKinds);

/** Undefined for what is neither. Throws `internal` for an item that cannot be read. */
export function planChangeOf({ OldImage, NewImage, ApproximateCreationDateTime: at = 0 }: ChangeImages): PlanChange | undefined {
  if (NewImage === undefined) return undefined;
  const item = valuesOf(NewImage);
  const [pk, sk] = [String(item['pk']), String(item['sk'])];
  if (sk.startsWith(VERDICT)) {
    const [planId, branchId, kind] = pk.slice(pk.indexOf('#') + 1).split('.');
    return { kind: 'verdict', run: { planId: parsePlanId(planId), branchId: parseBranchId(branchId), kind: readKind(kind) }, verdict: readKeptVerdict(item) };
  }
  if (OldImage === undefined || sk !== PLAN) return undefined;
  return { kind: 'plan', before: readPlan(valuesOf(OldImage)), after: readPlan(item), at: Math.round(at * 1_000) };
}

function valuesOf(image: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  // Both are the service's own JSON; the readers check what comes of it.
  return unmarshall(image as Record<string, AttributeValue>);
}
