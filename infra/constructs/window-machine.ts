/** The state machine of one branch's window: turn after turn, and a wait between them, until a turn ends it. */
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, Condition, DefinitionBody, JitterType, LogLevel, QueryLanguage, StateMachine, Succeed, TaskInput, Timeout, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { acknowledge } from './acknowledge.ts';
import { logGroup } from './logs.ts';

export interface WindowMachineProps {
  /** The functions that start executions are told name and ARN before the machine is made: it names one of them. */
  readonly stateMachineName: string;
  readonly machineArn: string;
  readonly turn: IFunction;
  readonly logRetentionDays: Config['logRetentionDays'];
}

const logDelivery = [
  'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
  'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
];

export class WindowMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: WindowMachineProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      // For this machine alone: nobody else's may act as it.
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnEquals: { 'aws:SourceArn': props.machineArn } } }),
      inlinePolicies: {
        turn: new PolicyDocument({ statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.turn.functionArn] })] }),
        logs: new PolicyDocument({ statements: [new PolicyStatement({ actions: logDelivery, resources: ['*'] })] }),
      },
    });
    acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': 'The actions of log delivery know no resources.' });
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: props.stateMachineName,
      comment: 'One branch, one window: judge, open a wave, wait, again',
      definitionBody: DefinitionBody.fromChainable(this.#turns(props.turn)),
      queryLanguage: QueryLanguage.JSONATA,
      // CDK would allow every version of the function besides.
      role: role.withoutPolicyUpdates(),
      // The longest window has 25 hours, on the day on which clocks go back.
      timeout: Duration.hours(26),
      logs: {
        destination: logGroup(this, 'Logs', props.logRetentionDays, `/aws/vendedlogs/states/${props.stateMachineName}`),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
      tracingEnabled: false,
    });
    acknowledge(this.machine, {
      'AwsSolutions-SF1': 'The history of an execution is kept for 90 days anyway; each event again in a log would cost most of the machine\'s bill. Errors are logged.',
      'AwsSolutions-SF2': 'An execution is one function in a loop: there is no path to trace, and the functions carry no tracer.',
    });
  }

  /** Every turn gets the execution's own input: what passes between states is only the last answer. */
  #turns(lambdaFunction: IFunction): LambdaInvoke {
    const turn = LambdaInvoke.jsonata(this, 'Turn', {
      lambdaFunction,
      payload: TaskInput.fromText('{% $states.context.Execution.Input %}'),
      outputs: '{% $states.result.Payload %}',
      taskTimeout: Timeout.duration(Duration.seconds(75)),
      retryOnServiceExceptions: false,
    });
    // A turn may be repeated at any point, so everything is tried again: some ten minutes of trouble pass unnoticed.
    turn.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxDelay: Duration.minutes(5), maxAttempts: 10, jitterStrategy: JitterType.FULL });
    const wait = Wait.jsonata(this, 'Wait', { time: WaitTime.timestamp('{% $states.input.until %}') });
    const what = Choice.jsonata(this, 'What next')
      .when(Condition.jsonata("{% $states.input.next = 'continue' %}"), turn)
      .when(Condition.jsonata("{% $states.input.next = 'wait' %}"), wait)
      .otherwise(Succeed.jsonata(this, 'End'));
    wait.next(turn);
    turn.next(what);
    return turn;
  }
}
