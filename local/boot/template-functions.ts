/** The functions of the template as the local cloud hosts them: bundle, limits, and an environment like Lambda's. */
import type { Principal } from '../aws/service.ts';
import type { HostedFunction } from '../lambda/function-host.ts';
import type { CloudAssembly } from '../template/cloud-assembly.ts';
import { arnOf, type Place } from '../template/naming.ts';
import type { CloudResource, CloudTemplate } from '../template/template.ts';

/** Throws where a function's role or bundle is not in the template. */
export function templateFunctions(template: CloudTemplate, assembly: CloudAssembly, principals: ReadonlyMap<string, Principal>, place: Place, awsUrl: string): readonly HostedFunction[] {
  return template.ofType('AWS::Lambda::Function').map((resource) => {
    const { Code, Handler, MemorySize, Timeout, Role, ReservedConcurrentExecutions } = resource.properties;
    const principal = principals.get(roleName(Role));
    if (principal === undefined) throw new Error(`The role of the function ${resource.logicalId} is not in the template.`);
    return {
      name: resource.name, arn: arnOf(resource.type, resource.name, place) ?? '', folder: assembly.assetFolder(textIn(Code, 'S3Key')), handler: String(Handler),
      memory: Number(MemorySize ?? 128), timeoutSeconds: Number(Timeout ?? 3),
      ...(ReservedConcurrentExecutions === undefined ? {} : { concurrency: Number(ReservedConcurrentExecutions) }),
      // Read when a sandbox starts: it may name what a custom resource has made since.
      get environment() {
        return { ...variables(resource.properties['Environment']), ...runtime(principal, place, awsUrl) };
      },
    };
  });
}

/** Names of the functions as functions/environment.ts has them, by the name of their role. */
export function functionsByRole(template: CloudTemplate): ReadonlyMap<string, string> {
  return new Map(template.ofType('AWS::Lambda::Function').map(({ logicalId, properties }) => [roleName(properties['Role']), shortName(logicalId)]));
}

/** `CheckInFunction04830B36`, as the infrastructure names it, is `check-in`. */
function shortName(logicalId: string): string {
  return logicalId.replace(/Function[0-9A-F]{8}$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

/** What Lambda itself puts into a function's environment, and where AWS is. */
function runtime(principal: Principal, { region }: Place, awsUrl: string): Readonly<Record<string, string>> {
  return {
    AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ENDPOINT_URL: awsUrl,
    // Its client puts the account before the host, which a numeric address does not bear: worker.ts resolves names under localhost.
    AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: awsUrl.replace('127.0.0.1', 'localhost'),
    AWS_ACCESS_KEY_ID: principal.accessKeyId, AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
    AWS_SESSION_TOKEN: principal.sessionToken ?? '', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', TZ: ':UTC', LANG: 'en_US.UTF-8',
  };
}

function variables(environment: unknown): Readonly<Record<string, string>> {
  const found: unknown = typeof environment === 'object' && environment !== null ? Reflect.get(environment, 'Variables') : undefined;
  return Object.fromEntries(Object.entries(typeof found === 'object' && found !== null ? found : {}).map(([name, value]) => [name, String(value)]));
}

/** The name at the end of a role's ARN. */
export function roleName(arn: unknown): string {
  return String(arn).split(':role/')[1] ?? '';
}

export function textIn(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== 'string') throw new Error(`A resource of the template has no ${key}.`);
  return found;
}

/** A resource by its ARN or name, for properties that refer to it either way. */
export function findByArn(template: CloudTemplate, type: string, arn: string, place: Place): CloudResource | undefined {
  return template.ofType(type).find(({ name }) => arnOf(type, name, place) === arn || name === arn);
}
