/** Checks what Step Functions and Scheduler do in a role's name, as AWS does. */
import { AwsError, type Principal } from '../aws/service.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { UsageRecorder } from '../iam/usage.ts';
import type { AuthoriseRole } from '../step-functions/function-call.ts';
import { roleName } from './template-functions.ts';

export function roleAuthority(principals: ReadonlyMap<string, Principal>, usage: UsageRecorder): AuthoriseRole {
  return (roleArn, needs) => {
    const principal = principals.get(roleName(roleArn));
    for (const need of needs) {
      const allowed = principal !== undefined && (principal.policies === 'all' || evaluate(principal.policies, need) === 'allowed');
      if (!allowed) throw new AwsError('AccessDeniedException', `The role ${roleName(roleArn)} is not authorised to perform ${need.action} on ${need.resource}.`, 403);
      usage.record(principal, need);
    }
  };
}
