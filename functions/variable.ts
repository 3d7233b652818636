/** The environment of a function, as the service stack has set it. */
import { WavecastError } from '../core/errors.ts';
import type { FunctionName, VariableOf } from './environment.ts';

/** Reads a variable that some function declares in environment.ts. Missing: the deployment is broken, and says how. */
export function variable(name: VariableOf<FunctionName>): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new WavecastError('internal', `The environment variable ${name} is missing.`, { remedy: 'Deploy the service stack again.' });
  return value;
}
