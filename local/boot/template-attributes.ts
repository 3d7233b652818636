/** What templates ask of resources that only the running local cloud can tell: addresses, and answers of custom resources. */
import type { CustomData } from '../lambda/custom-resources.ts';
import { queueUrl } from '../sqs/service.ts';
import type { Ports } from './addresses.ts';

/** Behind one public address both the API and the communication server are found. */
export const EDGE_PREFIX = '/edge';

/** Of the two distributions the one that serves the console, by its construct's name. */
export function isConsole(logicalId: string): boolean {
  return logicalId.startsWith('Console');
}

interface Asked {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
}

export class TemplateAttributes {
  readonly #ports: Ports;
  readonly #account: string;
  readonly #publicUrl: string | undefined;
  readonly #custom = new Map<string, CustomData>();

  /** `publicUrl`: where devices beyond this machine find the API, and below `EDGE_PREFIX` the communication server. */
  constructor(ports: Ports, account: string, publicUrl?: string) {
    this.#ports = ports;
    this.#account = account;
    this.#publicUrl = publicUrl;
  }

  /** Custom resources answer when they have been created; until then their attributes are empty. */
  setCustomData(logicalId: string, data: CustomData): void {
    this.#custom.set(logicalId, data);
  }

  /** Undefined leaves it to the template's own rules. */
  of({ logicalId, type, name }: Asked, attribute: string): string | undefined {
    const { api, aws, edge, console } = this.#ports;
    switch (`${type} ${attribute}`) {
      case 'AWS::ApiGatewayV2::Api ApiEndpoint':
        return this.#publicUrl ?? `http://127.0.0.1:${api}`;
      case 'AWS::CloudFront::Distribution DomainName':
        // Administrators stay on this machine, wherever devices come from.
        if (isConsole(logicalId)) return `127.0.0.1:${console}`;
        return this.#publicUrl === undefined ? `localhost:${edge}` : `${new URL(this.#publicUrl).host}${EDGE_PREFIX}`;
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
