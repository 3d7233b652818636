/** An identity policy as a synthesised template holds it once its references are resolved to strings. */
export interface Policy {
  /** Name of the policy's resource in the template, for reports. */
  readonly name?: string;
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

/** Whoever has policies: a role, or with `'all'` the developer, who may do everything. */
export interface PolicyHolder {
  /** Role name, unique. */
  readonly name: string;
  readonly policies: readonly Policy[] | 'all';
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  /** Operator → context key → accepted values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValue>>>>;
  /** Refused by the evaluator: a CDK app has no need of it, and reading it wrongly would allow too much. */
  readonly NotAction?: unknown;
  readonly NotResource?: unknown;
}

export type ConditionValue = string | boolean | number | readonly (string | boolean | number)[];

/** What a request says about itself, by condition key (`s3:prefix`, `dynamodb:LeadingKeys`). A list for multi-valued keys. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** One action on one resource that a request needs to be allowed. Requests that do two things need two. */
export interface NeededAction {
  /** `service:Operation`, for example `dynamodb:GetItem`. */
  readonly action: string;
  /** Full ARN, or `*` for actions without a resource. */
  readonly resource: string;
  readonly context?: RequestContext;
}
