/** One function: its bundle, its own role, its own log group, its complete environment. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { EnvironmentOf, FunctionName } from '../../functions/environment.ts';
import type { Config } from '../config.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { logGroup } from './logs.ts';
import type { Permission } from './permissions.ts';

/** What functions have in common in one installation. */
export interface FunctionHome {
  /** Holds `<function>/index.cjs`. */
  readonly bundleDir: string;
  readonly logRetentionDays: Config['logRetentionDays'];
}

export interface FunctionSize {
  /** Memory in MiB; the share of processor grows with it, a whole one at 1,769. */
  readonly memory: number;
  /** Timeout in seconds. */
  readonly seconds: number;
  readonly reservedConcurrency?: number;
}

export interface FunctionProps<F extends FunctionName> {
  readonly name: F;
  readonly home: FunctionHome;
  /** Every variable that the function reads: one that is missing does not compile. */
  readonly environment: EnvironmentOf<F>;
  readonly size: FunctionSize;
  /** Its name, where it is not for CloudFormation to choose: of one that invokes itself. */
  readonly functionName?: string;
  /** Where asynchronous invocations end that failed three times. */
  readonly deadLetterQueue?: IQueue;
}

/** Defines a function in a scope of its own name. */
export function defineFunction<F extends FunctionName>(scope: Construct, props: FunctionProps<F>): LambdaFunction {
  const { name, home, size, functionName, deadLetterQueue } = props;
  const own = new Construct(scope, pascal(name));
  const logs = logGroup(own, 'Logs', home.logRetentionDays);
  const role = new Role(own, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), description: `What the function ${name} may do` });
  role.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs.logGroupArn] }));
  return new LambdaFunction(own, 'Function', {
    description: `Wavecast: ${name}`,
    code: Code.fromAsset(join(home.bundleDir, name), { exclude: ['*.map'] }),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    role,
    logGroup: logs,
    memorySize: size.memory,
    timeout: Duration.seconds(size.seconds),
    environment: { ...props.environment },
    ...(size.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: size.reservedConcurrency }),
    // Lambda would take one that invokes itself for a mistake, and stop it after some sixteen times.
    ...(functionName === undefined ? {} : { functionName, recursiveLoop: RecursiveLoop.ALLOW }),
    ...(deadLetterQueue === undefined ? {} : { deadLetterQueue }),
  });
}

/** Gives a function's role exactly these permissions besides its log. */
export function permit(target: LambdaFunction, permissions: readonly Permission[]): void {
  for (const { actions, resources, conditions, wildcard } of permissions) {
    target.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions === undefined ? {} : { conditions }) }));
    if (wildcard !== undefined && target.role !== undefined) acknowledgeWildcards(target.role, resources, wildcard);
  }
}

/** `check-in` is `CheckIn`: the part of logical ids that stays when a function is taken to another construct. */
export function pascal(name: string): string {
  return name.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}
