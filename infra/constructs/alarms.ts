/** What wakes a person. Every alarm names the section of the runbook that says what to do. */
import { ArnFormat, Aws, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { FunctionName } from '../../functions/environment.ts';
import { pascal } from './function.ts';
import type { Queues } from './queues.ts';

const RUNBOOK = 'docs/operator-runbook.md';

/** The sections of the runbook that alarms lead to. */
export type RunbookSection =
  | 'a-function-fails' | 'a-function-is-throttled' | 'dead-letters' | 'totals-lag-behind' | 'a-window-failed' | 'the-sweep-stands-still' | 'the-api-fails'
  | 'pushes-are-refused' | 'the-push-certificate-ends' | 'an-app-version-ends' | 'a-report-cannot-be-read';

/** What functions say that a person must hear: the message of a line of their log, as core says it. */
export const alarmingLines = {
  unreadableReport: { by: 'command', message: 'a report could not be decoded', means: 'A device reported what could not be decoded', section: 'a-report-cannot-be-read' },
  pushesRefused: { by: 'waker', message: 'pushes refused: the fault is ours', means: 'Pushes are refused: devices cannot be woken, plans pause', section: 'pushes-are-refused' },
  pushCertificateEnds: { by: 'sweep', message: 'the push certificate ends soon', means: 'The push certificate ends soon', section: 'the-push-certificate-ends' },
  pushCertificateEnded: { by: 'sweep', message: 'the push certificate has ended', means: 'The push certificate has ended', section: 'the-push-certificate-ends' },
  versionEnds: { by: 'sweep', message: 'an app version ends soon', means: 'The provisioning of an app version ends soon', section: 'an-app-version-ends' },
  versionEnded: { by: 'sweep', message: 'an app version has ended', means: 'The provisioning of an app version has ended: devices no longer start it', section: 'an-app-version-ends' },
} as const satisfies Readonly<Record<string, { readonly by: FunctionName; readonly message: string; readonly means: string; readonly section: RunbookSection }>>;

interface Watch {
  readonly metric: IMetric;
  readonly means: string;
  readonly section: RunbookSection;
  /** Alarms at this value or, with `below`, under it. */
  readonly threshold: number;
  readonly below?: boolean;
  readonly periods?: number;
}

export interface Watched {
  readonly functions: Readonly<Partial<Record<FunctionName, LambdaFunction>>>;
  readonly queues: Queues;
  readonly machine: StateMachine;
  readonly api: HttpApi;
  readonly sweep: IFunction;
  readonly settle: IFunction;
  /** Functions whose concurrency is limited, or that nobody would miss at once. */
  readonly throttled: Readonly<Partial<Record<FunctionName, IFunction>>>;
}

const every = { period: Duration.minutes(5) };

export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, watched: Watched, email: string | undefined) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A topic with a policy of its own has lost the one by which alarms of the account may publish.
    this.topic.addToResourcePolicy(new PolicyStatement({
      sid: 'AlarmsOfThisAccount', actions: ['sns:Publish'], resources: [this.topic.topicArn], principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID }, ArnLike: { 'aws:SourceArn': Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) } },
    }));
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
    for (const [name, each] of Object.entries(watched.functions)) {
      this.#watch(`${pascal(name)}Errors`, { metric: each.metricErrors({ ...every, statistic: 'Sum' }), means: `The function ${name} fails`, section: 'a-function-fails', threshold: 1 });
    }
    for (const [name, each] of Object.entries(watched.throttled)) {
      this.#watch(`${pascal(name)}Throttles`, { metric: each.metricThrottles({ ...every, statistic: 'Sum' }), means: `The function ${name} is throttled`, section: 'a-function-is-throttled', threshold: 1, periods: 3 });
    }
    for (const [name, queue] of Object.entries(watched.queues.dead)) {
      this.#watch(`${pascal(name)}DeadLetters`, { metric: queue.metricApproximateNumberOfMessagesVisible({ ...every, statistic: 'Maximum' }), means: `Dead letters of ${name}`, section: 'dead-letters', threshold: 1 });
    }
    this.#watch('SettleAge', { metric: watched.settle.metric('IteratorAge', { ...every, statistic: 'Maximum' }), means: 'Totals lag behind by five minutes', section: 'totals-lag-behind', threshold: Duration.minutes(5).toMilliseconds() });
    this.#watch('WindowsFailed', { metric: watched.machine.metricFailed({ ...every, statistic: 'Sum' }), means: "A branch's window failed", section: 'a-window-failed', threshold: 1 });
    this.#watch('WindowsTimedOut', { metric: watched.machine.metricTimedOut({ ...every, statistic: 'Sum' }), means: "A branch's window did not end", section: 'a-window-failed', threshold: 1 });
    this.#watch('SweepStands', { metric: watched.sweep.metricInvocations({ ...every, statistic: 'Sum' }), means: 'The sweep has not run for ten minutes', section: 'the-sweep-stands-still', threshold: 1, below: true, periods: 2 });
    for (const [name, { by, message, means, section }] of Object.entries(alarmingLines)) {
      const logGroup = watched.functions[by]?.logGroup;
      if (logGroup === undefined) throw new Error(`The function ${by} has no log group to watch.`);
      const filter = logGroup.addMetricFilter(pascal(name), { filterPattern: FilterPattern.stringValue('$.message', '=', message), metricNamespace: 'Wavecast', metricName: `${Stack.of(this).stackName}-${name}`, metricValue: '1' });
      this.#watch(pascal(name), { metric: filter.metric({ ...every, statistic: 'Sum' }), means, section, threshold: 1 });
    }
    this.#watch('ApiErrors', { metric: watched.api.metricServerError({ ...every, statistic: 'Sum' }), means: 'The API answers 5xx', section: 'the-api-fails', threshold: 5 });
  }

  #watch(id: string, { metric, means, section, threshold, below = false, periods = 1 }: Watch): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: below ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: below ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: `${means}. What to do: ${RUNBOOK}#${section}`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
