/** EventBridge Scheduler's API. Source: EventBridge Scheduler API reference. */
import { SECOND } from '../../core/ambient.ts';
import { restJsonService, type RestJsonInput, type RestJsonRoute } from '../aws/rest-json.ts';
import { AwsError, type JsonInput, type NeededAction, type RestService } from '../aws/service.ts';
import { instantOf, parseSchedule, type Schedule } from './schedule.ts';
import type { SchedulerEngine, SchedulerOptions } from './scheduler.ts';

const path = '/schedules/{Name}';

export function schedulerService(engine: SchedulerEngine, options: Pick<SchedulerOptions, 'account' | 'region' | 'groups'>): RestService {
  const groupIn = (json: JsonInput): string => (typeof json['GroupName'] === 'string' ? json['GroupName'] : 'default');
  const groupAsked = (input: RestJsonInput): string => input.query.get('groupName') ?? 'default';
  const nameIn = (input: RestJsonInput): string => input.labels['Name'] ?? '';
  const need = (action: string, group: string, name: string): NeededAction => ({ action: `scheduler:${action}`, resource: engine.arnOf(group, name) });
  /** Whoever makes a schedule hands a role over to Scheduler. */
  const passRole = (json: JsonInput): NeededAction[] => {
    const roleArn = (json['Target'] as { RoleArn?: unknown } | undefined)?.RoleArn;
    return typeof roleArn === 'string' ? [{ action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } }] : [];
  };
  const writing = (operation: 'CreateSchedule' | 'UpdateSchedule', method: 'POST' | 'PUT', write: (body: ReturnType<typeof parseSchedule>) => Schedule): RestJsonRoute => ({
    operation, method, path,
    needs: (input) => [need(operation, groupIn(input.json), nameIn(input)), ...passRole(input.json)],
    handle: (input) => {
      const schedule = write(parseSchedule({ ...input.json, Name: nameIn(input) }));
      return Promise.resolve({ ScheduleArn: engine.arnOf(schedule.group, schedule.body.Name) });
    },
  });
  return restJsonService('scheduler', [
    writing('CreateSchedule', 'POST', (body) => engine.create(body)),
    writing('UpdateSchedule', 'PUT', (body) => engine.update(body)),
    {
      operation: 'GetSchedule', method: 'GET', path,
      needs: (input) => [need('GetSchedule', groupAsked(input), nameIn(input))],
      handle: (input) => Promise.resolve(whole(engine, engine.get(groupAsked(input), nameIn(input)))),
    },
    {
      operation: 'DeleteSchedule', method: 'DELETE', path,
      needs: (input) => [need('DeleteSchedule', groupAsked(input), nameIn(input))],
      handle: (input) => {
        engine.remove(groupAsked(input), nameIn(input));
        return Promise.resolve({});
      },
    },
    {
      operation: 'ListSchedules', method: 'GET', path: '/schedules',
      needs: (input) => [need('ListSchedules', input.query.get('ScheduleGroup') ?? '*', '*')],
      handle: (input) => Promise.resolve(list(engine, input.query)),
    },
    {
      operation: 'ListScheduleGroups', method: 'GET', path: '/schedule-groups',
      needs: () => [{ action: 'scheduler:ListScheduleGroups', resource: '*' }],
      handle: () => Promise.resolve({
        ScheduleGroups: ['default', ...options.groups].map((Name) => ({ Name, State: 'ACTIVE', Arn: `arn:aws:scheduler:${options.region}:${options.account}:schedule-group/${Name}` })),
      }),
    },
  ]);
}

function list(engine: SchedulerEngine, query: URLSearchParams): unknown {
  const [group, prefix, state] = [query.get('ScheduleGroup'), query.get('NamePrefix') ?? '', query.get('State')];
  const start = Number(query.get('NextToken') ?? 0);
  const size = Number(query.get('MaxResults') ?? 100);
  if (!Number.isInteger(start) || start < 0 || !Number.isInteger(size) || size < 1 || size > 100) throw new AwsError('ValidationException', 'MaxResults is from 1 to 100; NextToken is one that this service gave.');
  const matching = engine.all().filter((schedule) =>
    (group === null || schedule.group === group) && schedule.body.Name.startsWith(prefix) && (state === null || stateOf(schedule) === state));
  const more = start + size < matching.length;
  return { Schedules: matching.slice(start, start + size).map((schedule) => summary(engine, schedule)), ...(more ? { NextToken: String(start + size) } : {}) };
}

function summary(engine: SchedulerEngine, schedule: Schedule): Record<string, unknown> {
  return {
    Arn: engine.arnOf(schedule.group, schedule.body.Name), Name: schedule.body.Name, GroupName: schedule.group, State: stateOf(schedule),
    CreationDate: schedule.createdAt / SECOND, LastModificationDate: schedule.modifiedAt / SECOND, Target: { Arn: schedule.body.Target.Arn },
  };
}

function whole(engine: SchedulerEngine, schedule: Schedule): Record<string, unknown> {
  const { StartDate, EndDate, ...body } = schedule.body;
  const [begin, end] = [instantOf(StartDate), instantOf(EndDate)];
  return {
    ActionAfterCompletion: 'NONE', ScheduleExpressionTimezone: 'UTC', ...body, ...summary(engine, schedule), Target: body.Target,
    ...(begin === undefined ? {} : { StartDate: begin / SECOND }), ...(end === undefined ? {} : { EndDate: end / SECOND }),
  };
}

function stateOf(schedule: Schedule): string {
  return schedule.body.State ?? 'ENABLED';
}
