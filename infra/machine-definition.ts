/** The state machine's definition out of a synthesised template, and whether the States Language allows it. */
import validate from 'asl-validator';

/** Stand-ins for what only a deployment knows; shaped like it, for checks of shape. */
const samples: Readonly<Record<string, string>> = { 'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '000000000000' };

/** Parses the definition of the one state machine in a template. Throws an Error when there is none, several, or another form. */
export function readDefinition(template: unknown): Readonly<Record<string, unknown>> {
  const machines = Object.values(record(record(template)['Resources'])).map(record).filter((resource) => resource['Type'] === 'AWS::StepFunctions::StateMachine');
  const [machine, ...others] = machines;
  if (machine === undefined || others.length > 0) throw new Error('The template needs exactly one AWS::StepFunctions::StateMachine.');
  return record(JSON.parse(flatten(record(machine['Properties'])['DefinitionString'])));
}

/** Throws an Error that says what is wrong with the definition. */
export function checkDefinition(definition: Readonly<Record<string, unknown>>): void {
  // The validator writes into what it is given.
  const { isValid, errorsText } = validate(structuredClone(definition));
  if (!isValid) throw new Error(`The state machine's definition is not valid: ${errorsText('; ')}.`);
}

function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', undefined]] = Object.entries(record(value));
  if (name === 'Fn::Join' && Array.isArray(argument) && Array.isArray(argument[1])) return argument[1].map(flatten).join(String(argument[0]));
  if (name === 'Ref' && typeof argument === 'string') return samples[argument] ?? argument;
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return `arn:aws:lambda:eu-west-1:000000000000:function:${String(argument[0])}`;
  throw new Error(`The definition holds ${name}, which is not understood here.`);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('The template has another form than expected.');
  return Object.fromEntries(Object.entries(value));
}
