/** Who administrators are: a user pool with the three roles as groups, and the clients that may ask it for tokens. */
import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery, CfnUserPoolGroup, Mfa, OAuthScope, ResourceServerScope, UserPool, UserPoolClient, UserPoolClientIdentityProvider, UserPoolResourceServer,
  type OAuthSettings,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { CLI_CALLBACK, roles, type Config, type Role } from '../config.ts';
import { acknowledge } from './acknowledge.ts';

/** Every request to the API needs this scope: ID tokens have none, and would pass the authoriser otherwise. */
export const API_SCOPE = 'wavecast/api';

/** For a program without a user: its role is a scope, as a person's is a group. */
const roleMeaning: Readonly<Record<Role, string>> = {
  viewer: 'See everything, change nothing',
  operator: 'Register apps, plan and carry out rollouts',
  admin: 'Everything, people and certificates included',
};

export class SignIn extends Construct {
  readonly userPoolId: string;
  readonly issuerUrl: string;
  readonly cliClientId: string;
  /** Whose tokens the API takes. */
  readonly clientIds: readonly string[];
  readonly consoleClientId: string;
  /** Where browsers are sent to sign in. */
  readonly domainUrl: string;

  /** `consoleUrl`: where the console is served, without a slash at the end. */
  constructor(scope: Construct, id: string, config: Config, consoleUrl: string) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 14, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true, tempPasswordValidity: Duration.days(3) },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(pool, {
      'AwsSolutions-COG2': 'A second factor is each administrator\'s choice until the organisation requires it; the runbook says how to.',
      'AwsSolutions-COG3': 'Threat protection needs the Plus plan, priced per user; people cannot sign up by themselves here.',
      'AwsSolutions-COG8': 'The Plus plan is priced per user; what it adds is left to the organisation.',
    });
    roles.forEach((groupName, precedence) => new CfnUserPoolGroup(this, `Group-${groupName}`, { userPoolId: pool.userPoolId, groupName, precedence: roles.length - precedence, description: roleMeaning[groupName] }));
    // The prefix is unique among all accounts of a region.
    const domain = pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `wavecast-${config.stage}-${Aws.ACCOUNT_ID}` } });

    const api = new ResourceServerScope({ scopeName: 'api', scopeDescription: 'Use the API with the role of the signed-in person' });
    const roleScopes = roles.map((role) => new ResourceServerScope({ scopeName: role, scopeDescription: roleMeaning[role] }));
    const server = new UserPoolResourceServer(this, 'Api', { userPool: pool, identifier: 'wavecast', scopes: [api, ...roleScopes] });
    const apiScope = OAuthScope.resourceServer(server, api);

    const person = (callbackUrl: string, logoutUrl = callbackUrl): OAuthSettings => ({ flows: { authorizationCodeGrant: true }, scopes: [OAuthScope.OPENID, apiScope], callbackUrls: [callbackUrl], logoutUrls: [logoutUrl] });
    const cli = this.#client('Cli', pool, person(CLI_CALLBACK), false);
    const console = this.#client('Console', pool, person(`${consoleUrl}/callback`, `${consoleUrl}/`), false);
    const clients = [cli, console];
    if (config.automation !== 'off') {
      const granted = roleScopes.slice(0, roles.indexOf(config.automation) + 1);
      clients.push(this.#client('Automation', pool, { flows: { clientCredentials: true }, scopes: [apiScope, ...granted.map((role) => OAuthScope.resourceServer(server, role))] }, true));
    }
    this.userPoolId = pool.userPoolId;
    this.issuerUrl = pool.userPoolProviderUrl;
    this.cliClientId = cli.userPoolClientId;
    this.consoleClientId = console.userPoolClientId;
    this.clientIds = clients.map(({ userPoolClientId }) => userPoolClientId);
    this.domainUrl = domain.baseUrl();
  }

  /** Passwords are typed on the pool's own pages only: no client may send them. */
  #client(id: string, userPool: UserPool, oAuth: OAuthSettings, generateSecret: boolean): UserPoolClient {
    return new UserPoolClient(this, id, {
      userPool, oAuth, generateSecret,
      authFlows: { userPassword: false, userSrp: false },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
    });
  }
}
