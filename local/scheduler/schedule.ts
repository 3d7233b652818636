/** A schedule, as the API and the template give it and as it is kept. */
import * as z from 'zod';
import { SECOND, type Instant } from '../../core/ambient.ts';
import { AwsError } from '../aws/service.ts';
import { parseExpression, type ScheduleExpression } from './expression.ts';

const target = z.object({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: z.object({
    MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(86_400).optional(),
    MaximumRetryAttempts: z.coerce.number().int().min(0).max(185).optional(),
  }).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
});

/** Body of CreateSchedule and UpdateSchedule, and with instants as texts the template's properties. */
export const scheduleShape = z.object({
  Name: z.string().regex(/^[\w.-]{1,64}$/),
  GroupName: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  FlexibleTimeWindow: z.object({ Mode: z.literal('OFF') }),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  StartDate: z.union([z.number(), z.string()]).optional(),
  EndDate: z.union([z.number(), z.string()]).optional(),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).optional(),
  Description: z.string().optional(),
  Target: target,
});
export type ScheduleBody = z.infer<typeof scheduleShape>;

/** One call of the target that is due, with its retries. */
export interface Delivery {
  readonly id: string;
  readonly scheduledAt: Instant;
  /** Attempts that failed. */
  readonly failures: number;
  readonly nextAt: Instant;
}

export interface Schedule {
  readonly group: string;
  readonly body: ScheduleBody;
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  /** A one-time schedule that has been due: it never is again. */
  readonly completed: boolean;
  readonly deliveries: readonly Delivery[];
}

/** The key under which a schedule is found. */
export function keyOf(group: string, name: string): string {
  return `${group}/${name}`;
}

/** Throws AwsError ValidationException for what the service would refuse. */
export function parseSchedule(input: unknown): ScheduleBody {
  const parsed = scheduleShape.safeParse(input);
  if (!parsed.success) {
    const members = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new AwsError('ValidationException', `The schedule is not valid: ${members.join('; ')}`);
  }
  expressionOf(parsed.data);
  return parsed.data;
}

/** Throws AwsError ValidationException when the expression or the zone is none. */
export function expressionOf(body: ScheduleBody): ScheduleExpression {
  const expression = parseExpression(body.ScheduleExpression, body.ScheduleExpressionTimezone ?? 'UTC');
  if (expression === undefined) throw new AwsError('ValidationException', `Invalid Schedule Expression ${body.ScheduleExpression}.`);
  return expression;
}

/** `StartDate` and `EndDate`: seconds since the epoch from the API, ISO text from a template. */
export function instantOf(date: number | string | undefined): Instant | undefined {
  if (date === undefined) return undefined;
  return typeof date === 'number' ? date * SECOND : Date.parse(date);
}
