import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, test } from 'vitest';
import { WindowMachine } from '../../../infra/constructs/window-machine.ts';
import { readDefinition } from '../../../infra/machine-definition.ts';
import { setUp } from './engine-fixture.ts';

/** The machine that goes to AWS, as CDK writes it. */
function synthesise(): Readonly<Record<string, unknown>> {
  const stack = new Stack(new App(), 'Test');
  const turn = new LambdaFunction(stack, 'Turn', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('x') });
  new WindowMachine(stack, 'Window', { stateMachineName: 'rollout', machineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:rollout', turn, logRetentionDays: 30 });
  return readDefinition(Template.fromStack(stack).toJSON());
}

test('the window machine runs as CDK writes it: turn, wait, turn, with the execution\'s input each time', { timeout: 60_000 }, async () => {
  const turns: unknown[] = [];
  const { run, clock, history } = setUp({
    definition: synthesise(),
    random: () => 0,
    behaviour: (event) => {
      turns.push([event, new Date(clock.now()).toISOString()]);
      if (turns.length === 2) throw Object.assign(new Error('busy'), { name: 'Busy' });
      if (turns.length === 1) return { next: 'continue' };
      return turns.length < 5 ? { next: 'wait', until: `2026-03-02T0${String(turns.length)}:00:00Z` } : { next: 'end' };
    },
  });
  const { status, executionArn } = await run({ plan: 'p1' });
  expect(status).toBe('SUCCEEDED');
  expect(turns).toEqual(['00:00:00', '00:00:00', '00:00:00', '03:00:00', '04:00:00'].map((time) => [{ plan: 'p1' }, `2026-03-02T${time}.000Z`]));
  const types = (await history(String(executionArn))).map((event) => event['type']);
  expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(1);
  // Nine events for a turn and the wait behind it: a window of 25 hours at one minute stays under the quota.
  expect(types.slice(types.indexOf('WaitStateEntered'), types.indexOf('WaitStateEntered') + 9)).toEqual([
    'WaitStateEntered', 'WaitStateExited', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSucceeded', 'TaskStateExited', 'ChoiceStateEntered', 'ChoiceStateExited',
  ]);
});
