/**
 * What AWS itself does in the name of a role: reading queues and streams for a function, writing its log, keeping what it
 * could not handle, delivering a state machine's log. Without the permission AWS makes the resource not at all, or fails
 * to do this later, silently; so does the local cloud, but it says so.
 * Source: Lambda developer guide, "Event source mappings", "Dead-letter queues", "Execution role"; Step Functions
 * developer guide, "IAM policies for logging to CloudWatch Logs".
 */
import type { Logger } from '../../core/ambient.ts';
import type { NeededAction, Principal } from '../aws/service.ts';
import type { Authority } from '../iam/authority.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudTemplate } from '../template/template.ts';
import { findByArn, roleName } from './template-functions.ts';

export interface ServiceDutiesOptions {
  readonly template: CloudTemplate;
  readonly place: Place;
  readonly principals: ReadonlyMap<string, Principal>;
  readonly authority: Authority;
  readonly log: Logger;
}

const whatQueuesNeed = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const whatStreamsNeed = ['dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords'];
const whatLogDeliveryNeeds = ['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery', 'ListLogDeliveries', 'PutResourcePolicy', 'DescribeResourcePolicies', 'DescribeLogGroups'];

export class ServiceDuties {
  readonly #options: ServiceDutiesOptions;
  /** Refused before and logged: what AWS tries over and over is not told every time. */
  readonly #refused = new Set<string>();

  constructor(options: ServiceDutiesOptions) {
    this.#options = options;
  }

  /** Throws an Error with every permission that a deployment would fail for. */
  checkDeployment(): void {
    const { template } = this.#options;
    const missing = [
      ...template.ofType('AWS::Lambda::EventSourceMapping').flatMap(({ properties }) => this.#missingFor(this.#functionRole(properties['FunctionName']), sourceNeeds(String(properties['EventSourceArn'])))),
      ...template.ofType('AWS::StepFunctions::StateMachine').flatMap(({ properties }) =>
        properties['LoggingConfiguration'] === undefined ? [] : this.#missingFor(this.#role(properties['RoleArn']), whatLogDeliveryNeeds.map((action) => ({ action: `logs:${action}`, resource: '*' })))),
    ];
    if (missing.length > 0) throw new Error(`AWS would refuse to deploy this: ${missing.join('; ')}.`);
  }

  /** Whether a function's role may have this done in its name; by the function's name or ARN. A refusal is logged once. */
  mayFor(functionNameOrArn: string, need: NeededAction): boolean {
    const principal = this.#functionRole(functionNameOrArn);
    const key = `${principal.name} ${need.action} ${need.resource}`;
    if (this.#options.authority.permits(principal, need)) {
      this.#refused.delete(key);
      return true;
    }
    if (!this.#refused.has(key)) this.#options.log.error('a role does not allow what AWS does in its name', { role: principal.name, action: need.action, resource: need.resource });
    this.#refused.add(key);
    return false;
  }

  /** What a function writes reaches its log only if its role may write there. */
  logTo(write: (functionName: string, text: string) => void): (functionName: string, text: string) => void {
    return (functionName, text) => {
      const stream = this.#logStream(functionName);
      if (['logs:CreateLogStream', 'logs:PutLogEvents'].every((action) => this.mayFor(functionName, { action, resource: stream }))) write(functionName, text);
    };
  }

  #logStream(functionName: string): string {
    const { template, place } = this.#options;
    const config = findByArn(template, 'AWS::Lambda::Function', functionName, place)?.properties['LoggingConfig'];
    const group: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'LogGroup') : undefined;
    return (arnOf('AWS::Logs::LogGroup', typeof group === 'string' ? group : `/aws/lambda/${functionName}`, place) ?? '').replace(/\*$/, 'log-stream:local');
  }

  #missingFor(principal: Principal, needs: readonly NeededAction[]): readonly string[] {
    return needs.filter((need) => !this.#options.authority.permits(principal, need)).map(({ action, resource }) => `${principal.name} lacks ${action} on ${resource}`);
  }

  #functionRole(nameOrArn: unknown): Principal {
    return this.#role(findByArn(this.#options.template, 'AWS::Lambda::Function', String(nameOrArn), this.#options.place)?.properties['Role']);
  }

  #role(arn: unknown): Principal {
    const principal = this.#options.principals.get(roleName(arn));
    if (principal === undefined) throw new Error(`The template has no role ${String(arn)}.`);
    return principal;
  }
}

function sourceNeeds(sourceArn: string): readonly NeededAction[] {
  if (sourceArn.startsWith('arn:aws:sqs:')) return whatQueuesNeed.map((action) => ({ action, resource: sourceArn }));
  // ListStreams knows no resources.
  return [...whatStreamsNeed.map((action) => ({ action, resource: sourceArn })), { action: 'dynamodb:ListStreams', resource: '*' }];
}
