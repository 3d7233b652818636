/** A change of an instruction, as actions of a transaction. Both the instruction store and the command queue make such changes. */
import type { InstructionChange } from '../../core/instruction/store.ts';
import { isEnd } from '../../core/instruction/transitions.ts';
import { instructionKey, standingKey } from './codec/instruction.ts';
import { names, transact, type Action } from './transaction.ts';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The instruction itself; fails when it is in none of the `from` states. */
export function changeAction(table: string, change: InstructionChange): Action {
  const { waveId, deviceId, from, to, at, reason, cannotRunYet } = change;
  const ended = isEnd(to);
  const set = ['#state = :to', '#updatedAt = :at', '#history = list_append(#history, :entry)', ...(reason === undefined ? [] : ['#reason = :reason']), ...(cannotRunYet === undefined ? [] : ['#cannotRunYet = :cannotRunYet']), ...(ended ? ['#finishedAt = :at'] : [])];
  // Why it was where it was before stays in the history.
  const remove = [...(reason === undefined ? ['#reason'] : []), ...(ended ? [] : ['#finishedAt'])];
  const states = Object.fromEntries(from.map((state, index) => [`:from${index}`, state]));
  return {
    Update: {
      TableName: table, Key: instructionKey(waveId, deviceId),
      UpdateExpression: `SET ${set.join(', ')}${remove.length === 0 ? '' : ` REMOVE ${remove.join(', ')}`}`,
      ConditionExpression: `#state IN (${Object.keys(states).join(', ')})`,
      ExpressionAttributeNames: names('state', 'updatedAt', 'history', 'reason', 'finishedAt', ...(cannotRunYet === undefined ? [] : ['cannotRunYet'])),
      ExpressionAttributeValues: {
        ...states, ':to': to, ':at': at, ':entry': [{ at, state: to, ...(reason === undefined ? {} : { code: reason.code }) }],
        ...(reason === undefined ? {} : { ':reason': reason }), ...(cannotRunYet === undefined ? {} : { ':cannotRunYet': cannotRunYet }),
      },
    },
  };
}

/** Gives the device's claim on the app back; fails when another instruction has it by now. */
function releaseAction(table: string, { deviceId, bundleId, waveId }: InstructionChange): Action {
  return {
    Update: {
      TableName: table, Key: standingKey(deviceId, bundleId), UpdateExpression: 'SET #live = :no', ConditionExpression: '#waveId = :wave',
      ExpressionAttributeNames: names('live', 'waveId'), ExpressionAttributeValues: { ':no': false, ':wave': waveId },
    },
  };
}

/**
 * `actions` and the releases of claims that `changes` end, in one transaction; answers which of `actions` failed. While
 * an instruction is live nobody else can have its claim, so a release hardly ever fails; where it does (a late success of
 * one that had ended) the claim is another's and is left alone: the same again without it.
 */
export async function transactWithReleases(client: DynamoDBDocumentClient, table: string, actions: readonly Action[], changes: readonly InstructionChange[]): Promise<ReadonlySet<number>> {
  let releases = changes.filter(({ ends }) => ends).map((change) => releaseAction(table, change));
  for (;;) {
    const failed = await transact(client, [...actions, ...releases]);
    const own = new Set([...failed].filter((index) => index < actions.length));
    if (failed.size === 0 || own.size > 0) return own;
    releases = releases.filter((_release, index) => !failed.has(actions.length + index));
  }
}
