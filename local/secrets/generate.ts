/** `GenerateSecretString` of AWS::SecretsManager::Secret: random passwords by the template's rules. */
import { randomInt } from 'node:crypto';

/** As the template has it; lengths in characters. */
export interface GenerateSecretString {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
  /** A JSON object that the password is put into, under GenerateStringKey. */
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A fresh secret string. Throws RangeError when the rules leave no characters, or more types than characters asked for. */
export function generateSecretString(rules: GenerateSecretString): string {
  const password = generatePassword(rules);
  const { SecretStringTemplate: template, GenerateStringKey: key } = rules;
  if (template === undefined || key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(template) as Record<string, unknown>), [key]: password });
}

function generatePassword(rules: GenerateSecretString): string {
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const types = [
    rules.ExcludeLowercase === true ? '' : LOWER,
    rules.ExcludeUppercase === true ? '' : LOWER.toUpperCase(),
    rules.ExcludeNumbers === true ? '' : '0123456789',
    rules.ExcludePunctuation === true ? '' : PUNCTUATION,
    rules.IncludeSpace === true ? ' ' : '',
  ].map((type) => Array.from(type).filter((character) => !excluded.has(character)).join('')).filter((type) => type !== '');
  const length = rules.PasswordLength ?? 32;
  const required = rules.RequireEachIncludedType === false ? [] : types;
  if (types.length === 0 || required.length > length) throw new RangeError('The rules of GenerateSecretString leave no possible password.');
  const all = types.join('');
  const characters = [...required.map(pick), ...Array.from({ length: length - required.length }, () => pick(all))];
  // Shuffled, or the first characters would tell their type.
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    const moved = characters[index] ?? '';
    characters[index] = characters[other] ?? '';
    characters[other] = moved;
  }
  return characters.join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
