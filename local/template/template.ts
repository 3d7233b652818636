/**
 * The synthesised templates with their references resolved as CloudFormation resolves them: names, ARNs, imports between
 * stacks, parameters. What only a running stand-in knows (addresses, streams, custom resources) comes from `attribute`.
 */
import type { AssemblyStack, CloudAssembly, TemplateDocument } from './cloud-assembly.ts';
import { arnOf, nameProperty, physicalName, refersByArn, type Place } from './naming.ts';

export interface CloudResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** The name under which it exists locally. */
  readonly name: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** Resolved when read: what a stand-in must supply may come up only later in the boot. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface TemplateOptions extends Place {
  /** Values of stack parameters, instead of their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** An attribute, or with `Ref` the reference, that a stand-in or the boot supplies; undefined leaves it to the rules. */
  readonly attribute: (resource: { readonly logicalId: string; readonly type: string; readonly name: string }, attribute: string) => string | undefined;
}

export interface CloudTemplate {
  readonly resources: readonly CloudResource[];
  ofType(type: string): readonly CloudResource[];
  /** Output values by name, of all stacks. */
  outputs(): Readonly<Record<string, string>>;
}

export function resolveTemplate(assembly: CloudAssembly, options: TemplateOptions): CloudTemplate {
  const exported = new Map<string, () => unknown>();
  const scopes = assembly.stacks.map((stack) => new StackScope(stack, options, exported));
  for (const scope of scopes) scope.declareExports();
  const resources = scopes.flatMap((scope) => scope.resources());
  return {
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    outputs: () => Object.fromEntries(scopes.flatMap((scope) => scope.outputs())),
  };
}

class StackScope {
  readonly #stackName: string;
  readonly #template: TemplateDocument;
  readonly #options: TemplateOptions;
  readonly #exported: Map<string, () => unknown>;

  constructor(stack: AssemblyStack, options: TemplateOptions, exported: Map<string, () => unknown>) {
    this.#stackName = stack.stackName;
    this.#template = stack.template;
    this.#options = options;
    this.#exported = exported;
  }

  declareExports(): void {
    for (const { Value, Export } of Object.values(this.#template.Outputs ?? {})) {
      if (Export !== undefined) this.#exported.set(this.#text(Export.Name), () => this.#resolve(Value));
    }
  }

  outputs(): readonly (readonly [string, string])[] {
    return Object.entries(this.#template.Outputs ?? {}).filter(([, { Export }]) => Export === undefined).map(([name, { Value }]) => [name, this.#text(Value)]);
  }

  resources(): readonly CloudResource[] {
    return Object.entries(this.#template.Resources).map(([logicalId, { Type: type, Properties = {} }]) => {
      const resolve = (): Readonly<Record<string, unknown>> => this.#properties(logicalId, Properties);
      const ref = (): string => this.#ref(logicalId);
      return {
        stackName: this.#stackName, logicalId, type, name: this.#name(logicalId),
        get ref() {
          return ref();
        },
        get properties() {
          return resolve();
        },
      };
    });
  }

  /** Throws with the names of resource and property where something in it cannot be resolved. */
  #properties(logicalId: string, properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => {
      try {
        const resolved = this.#resolve(value);
        return resolved === undefined ? [] : [[name, resolved]];
      } catch (cause) {
        throw new Error(`${logicalId}, property ${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    }));
  }

  #name(logicalId: string): string {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${this.#stackName} refers to ${logicalId}, which it does not have.`);
    const property = nameProperty(resource.Type);
    return physicalName(resource.Type, logicalId, property === undefined ? undefined : this.#resolve(resource.Properties?.[property]));
  }

  #resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item)).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only, ...more] = entries;
    if (only !== undefined && more.length === 0) {
      const [key, argument] = only as [string, unknown];
      if (key === 'Ref') return argument === 'AWS::NoValue' ? undefined : this.#ref(String(argument));
      if (key.startsWith('Fn::')) return this.#intrinsic(key, argument);
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#resolve(item)]).filter(([, item]) => item !== undefined));
  }

  #intrinsic(key: string, argument: unknown): unknown {
    const list = Array.isArray(argument) ? (argument as readonly unknown[]) : [];
    switch (key) {
      case 'Fn::GetAtt': {
        const [logicalId = '', attribute = ''] = Array.isArray(argument) ? list.map(String) : splitOnce(String(argument));
        return this.#attribute(logicalId, attribute);
      }
      case 'Fn::Join': {
        const parts = this.#resolve(list[1]);
        return (Array.isArray(parts) ? parts : []).map((part) => this.#text(part)).join(String(list[0]));
      }
      case 'Fn::Sub':
        return this.#substitute(Array.isArray(argument) ? String(list[0]) : String(argument), (list[1] ?? {}) as Readonly<Record<string, unknown>>);
      case 'Fn::Select': {
        const items = this.#resolve(list[1]);
        return Array.isArray(items) ? (items[Number(this.#resolve(list[0]))] as unknown) : undefined;
      }
      case 'Fn::Split':
        return this.#text(list[1]).split(String(list[0]));
      case 'Fn::ImportValue': {
        const name = this.#text(argument);
        const found = this.#exported.get(name);
        if (found === undefined) throw new Error(`${this.#stackName} imports ${name}, which no stack exports.`);
        return found();
      }
      default:
        throw new Error(`${this.#stackName} uses ${key}, which the local cloud does not resolve.`);
    }
  }

  #substitute(text: string, values: Readonly<Record<string, unknown>>): string {
    return text.replaceAll(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      if (Object.hasOwn(values, name)) return this.#text(values[name]);
      const [logicalId, attribute] = splitOnce(name);
      return attribute === undefined ? this.#ref(name) : this.#attribute(logicalId, attribute);
    });
  }

  #ref(name: string): string {
    const { account, region, parameters } = this.#options;
    const pseudo: Readonly<Record<string, string>> = { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': this.#stackName };
    const known = pseudo[name];
    if (known !== undefined) return known;
    const resource = this.#template.Resources[name];
    if (resource === undefined) {
      const parameter = this.#template.Parameters?.[name];
      if (parameter === undefined) throw new Error(`${this.#stackName} refers to ${name}, which it does not have.`);
      return parameters[name] ?? this.#text(parameter.Default ?? '');
    }
    const physical = this.#name(name);
    const supplied = this.#options.attribute({ logicalId: name, type: resource.Type, name: physical }, 'Ref');
    return supplied ?? (refersByArn(resource.Type) ? this.#attribute(name, 'Arn') : physical);
  }

  #attribute(logicalId: string, attribute: string): string {
    const resource = this.#template.Resources[logicalId];
    if (resource === undefined) throw new Error(`${this.#stackName} refers to ${logicalId}, which it does not have.`);
    const name = this.#name(logicalId);
    const supplied = this.#options.attribute({ logicalId, type: resource.Type, name }, attribute);
    if (supplied !== undefined) return supplied;
    const arn = arnOf(resource.Type, name, this.#options);
    if ((attribute === 'Arn' || attribute === 'FunctionARN') && arn !== undefined) return arn;
    // A table has one stream; its label is the time at which it was switched on, which nobody depends on.
    if (attribute === 'StreamArn' && arn !== undefined) return `${arn}/stream/local`;
    if (attribute === 'Id' || attribute === 'QueueName') return name;
    if (attribute === 'RegionalDomainName') return `${name}.s3.${this.#options.region}.amazonaws.com`;
    throw new Error(`The local cloud does not know the attribute ${attribute} of ${logicalId} (${resource.Type}).`);
  }

  #text(value: unknown): string {
    const resolved = this.#resolve(value);
    if (typeof resolved === 'string' || typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new Error(`${this.#stackName} needs a text where it has something else.`);
  }
}

function splitOnce(text: string): readonly [string] | readonly [string, string] {
  const dot = text.indexOf('.');
  return dot === -1 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
