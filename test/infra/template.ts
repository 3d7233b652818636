/** Reading a synthesised template: its resources, and the statements of its roles. */
import { readFileSync } from 'node:fs';

export interface Resource {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletion: string | undefined;
  readonly replacement: string | undefined;
}

export interface Template {
  readonly whole: { readonly Resources: Readonly<Record<string, RawResource>> };
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Statement {
  /** The role's logical id, without what the CDK adds to it. */
  readonly role: string;
  readonly actions: readonly string[];
  /** One resource, flattened: references as their JSON. */
  readonly resource: string;
  readonly condition: unknown;
}

export function readTemplate(file: string): Template {
  return { whole: JSON.parse(readFileSync(file, 'utf8')) as Template['whole'] };
}

export function ofType({ whole }: Template, type: string): readonly Resource[] {
  return Object.entries(whole.Resources).filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties = {}, DeletionPolicy, UpdateReplacePolicy }]) => ({ id, properties: Properties, deletion: DeletionPolicy, replacement: UpdateReplacePolicy }));
}

/** A value as text: joins joined, references as their JSON. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = typeof value === 'object' && value !== null ? (Reflect.get(value, 'Fn::Join') as unknown) : undefined;
  if (Array.isArray(join)) return (join[1] as readonly unknown[]).map(text).join(String(join[0]));
  return JSON.stringify(value);
}

/** Every statement of every role, a row for each resource. */
export function statementsOf(template: Template): readonly Statement[] {
  const inline = ofType(template, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
    ((properties['Policies'] ?? []) as readonly { readonly PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) => rows(id, PolicyDocument)));
  const attached = ofType(template, 'AWS::IAM::Policy').flatMap(({ properties }) =>
    (properties['Roles'] as readonly { readonly Ref: string }[]).flatMap(({ Ref }) => rows(Ref, properties['PolicyDocument'])));
  return [...inline, ...attached];
}

function rows(roleId: string, document: unknown): readonly Statement[] {
  const { Statement: statements } = document as { readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: unknown; readonly Condition?: unknown }[] };
  return statements.flatMap(({ Action, Resource: resources, Condition }) =>
    (Array.isArray(resources) ? resources : [resources]).map((resource) => ({
      role: roleId.replace(/[0-9A-F]{8}$/, ''), actions: typeof Action === 'string' ? [Action] : Action, resource: text(resource), condition: Condition,
    })));
}
