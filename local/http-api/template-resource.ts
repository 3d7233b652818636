/** A resource of the synthesised template, its references resolved: what the readers of this folder's kind take. */
export interface TemplateResource {
  readonly logicalId: string;
  /** What `Ref` gives for it; references to it in other resources are this text. */
  readonly ref: string;
  /** `AWS::ApiGatewayV2::Route`, … */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
