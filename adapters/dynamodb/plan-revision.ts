/** A plan is replaced over the revision that was read alone. */
import { WavecastError } from '../../core/errors.ts';
import type { Plan } from '../../core/rollout/plan.ts';
import { planItem } from './codec/plan.ts';
import { names, type Action } from './transaction.ts';

export function replacement(table: string, before: Plan, after: Plan): NonNullable<Action['Put']> {
  return { TableName: table, Item: planItem(after), ...ofRevision(before.revision) };
}

export function ofRevision(revision: number): Pick<NonNullable<Action['Put']>, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  return { ConditionExpression: '#revision = :before', ExpressionAttributeNames: names('revision'), ExpressionAttributeValues: { ':before': revision } };
}

export function changedMeanwhile(): WavecastError {
  return new WavecastError('conflict', 'The plan, or another for its app, has changed meanwhile.', { remedy: 'Read it again and repeat the change.' });
}
