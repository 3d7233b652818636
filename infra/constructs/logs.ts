import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

const retentions: Readonly<Record<Config['logRetentionDays'], RetentionDays>> = {
  7: RetentionDays.ONE_WEEK, 14: RetentionDays.TWO_WEEKS, 30: RetentionDays.ONE_MONTH, 60: RetentionDays.TWO_MONTHS, 90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS, 365: RetentionDays.ONE_YEAR, 731: RetentionDays.TWO_YEARS,
};

/** A log that forgets after so many days, and goes with what writes it. */
export function logGroup(scope: Construct, id: string, days: Config['logRetentionDays'], logGroupName?: string): LogGroup {
  return new LogGroup(scope, id, { retention: retentions[days], removalPolicy: RemovalPolicy.DESTROY, ...(logGroupName === undefined ? {} : { logGroupName }) });
}
