/** What templates ask of resources that only the running local cloud can tell: addresses, and answers of custom resources. */
import type { CustomData } from '../lambda/custom-resources.ts';
import { queueUrl } from '../sqs/service.ts';
import type { Ports } from './addresses.ts';

interface Asked {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
}

export class TemplateAttributes {
  readonly #ports: Ports;
  readonly #account: string;
  readonly #custom = new Map<string, CustomData>();

  constructor(ports: Ports, account: string) {
    this.#ports = ports;
    this.#account = account;
  }

  /** Custom resources answer when they have been created; until then their attributes are empty. */
  setCustomData(logicalId: string, data: CustomData): void {
    this.#custom.set(logicalId, data);
  }

  /** Undefined leaves it to the template's own rules. */
  of({ logicalId, type, name }: Asked, attribute: string): string | undefined {
    const { api, aws, edge } = this.#ports;
    switch (`${type} ${attribute}`) {
      case 'AWS::ApiGatewayV2::Api ApiEndpoint':
        return `http://127.0.0.1:${api}`;
      case 'AWS::CloudFront::Distribution DomainName':
        return `localhost:${edge}`;
      case 'AWS::Cognito::UserPool ProviderURL':
        return `http://127.0.0.1:${api}/oidc`;
      case 'AWS::SQS::Queue Ref':
        return queueUrl(`http://127.0.0.1:${aws}`, this.#account, name);
      default:
        break;
    }
    if (type !== 'AWS::CloudFormation::CustomResource' && !type.startsWith('Custom::')) return undefined;
    return attribute === 'Ref' ? name : (this.#custom.get(logicalId)?.[attribute] ?? '');
  }
}
