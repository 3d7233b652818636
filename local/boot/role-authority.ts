/** Checks what Step Functions and Scheduler do in a role's name, as AWS does. */
import { AwsError, type Principal } from '../aws/service.ts';
import type { Authority } from '../iam/authority.ts';
import type { AuthoriseRole } from '../step-functions/function-call.ts';
import { roleName } from './template-functions.ts';

export function roleAuthority(principals: ReadonlyMap<string, Principal>, authority: Authority): AuthoriseRole {
  return (roleArn, needs) => {
    const principal = principals.get(roleName(roleArn));
    for (const need of needs) {
      if (principal !== undefined && authority.permits(principal, need)) continue;
      throw new AwsError('AccessDeniedException', `The role ${roleName(roleArn)} is not authorised to perform ${need.action} on ${need.resource}.`, 403);
    }
  };
}
