/** STS, the one operation that tools begin with: who am I? */
import { callerArn } from '../aws/call.ts';
import { AwsError, type RestService } from '../aws/service.ts';
import { xmlDocument } from '../aws/xml.ts';

/** GetCallerIdentity needs no permission, as on AWS. */
export function createSts(account: string): RestService {
  return {
    name: 'sts',
    errorFormat: 'query',
    handle: async (request) => {
      const form = new URLSearchParams((await request.body()).toString('utf8'));
      const action = form.get('Action') ?? '';
      if (action !== 'GetCallerIdentity') throw new AwsError('InvalidAction', `The local STS has no operation ${action}.`);
      await request.authorise(action, {}, []);
      const identity = { Arn: callerArn(request.principal, account), UserId: request.principal.name, Account: account };
      const body = xmlDocument('GetCallerIdentityResponse', { GetCallerIdentityResult: identity, ResponseMetadata: { RequestId: request.requestId } }, 'https://sts.amazonaws.com/doc/2011-06-15/');
      return { status: 200, headers: { 'content-type': 'text/xml' }, body, output: identity };
    },
  };
}
