import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { operations } from '../../protocol/admin/operations.ts';
import { faultWords } from '../../protocol/fault-words.ts';

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value, { error: faultWords }).error?.issues.map(({ message }) => message);

describe('what is wrong with a field', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['it is missing', z.string(), undefined],
    ['it is missing', z.enum(['a', 'b']), undefined],
    ['it must be text', z.string(), 7],
    ['it must be a whole number', z.number().int(), 1.5],
    ['it must be a number', z.coerce.number(), 'many'],
    ['it must be true or false', z.boolean(), 'yes'],
    ['it must be a list', z.array(z.string()), 'a'],
    ['it must be an object', z.object({}), []],
    ['it must be "a", "b" or "c"', z.enum(['a', 'b', 'c']), 'd'],
    ['it must be "a"', z.literal('a'), 'b'],
    ['it may have at most 5 characters, and has 7', z.string().max(5), 'seven..'],
    ['it must have at least 2 characters, and has 1', z.string().min(2), 'a'],
    ['it must have 3 characters, and has 1', z.string().length(3), 'a'],
    ['it must not be empty', z.string().min(1), ''],
    ['it may have at most 1 entry, and has 2', z.array(z.string()).max(1), ['a', 'b']],
    ['it must not be empty', z.array(z.string()).min(1), []],
    ['it must be at most 500', z.number().max(500), 501],
    ['it must be at least 1', z.number().min(1), 0],
    ['it must be more than 0', z.number().positive(), 0],
    ['it must be less than 0', z.number().negative(), 0],
    ['it must be a multiple of 5', z.number().multipleOf(5), 7],
    ['it must be a day, YYYY-MM-DD', z.iso.date(), 'tomorrow'],
    ['it must be a UUID', z.uuid(), 'x'],
    ['"colour" is not known here', z.strictObject({}), { colour: 1 }],
    ['"colour" and "size" are not known here', z.strictObject({}), { colour: 1, size: 2 }],
    ['what its schema says itself', z.string().regex(/^a$/, 'what its schema says itself'), 'b'],
    ['the words of the main form', z.union([z.string().regex(/^a$/, 'the words of the main form'), z.literal('')]), 'b'],
    ['it is missing', z.union([z.string(), z.number()]), undefined],
  ])('is said as: %s', (expected, schema, value) => {
    expect(said(schema, value)).toEqual([expected]);
  });
});

describe('a request', () => {
  const wrong = [undefined, null, 7, 'x', '', [], {}, true, 'x'.repeat(5_000)];
  /** The values themselves, and each in the place of every field, and of everything within. */
  const around = (schema: z.ZodType): readonly unknown[] => {
    const fields = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    return [...wrong, ...wrong.map((value) => Object.fromEntries([...fields, 'nothingOfOurs'].map((field) => [field, value]))), ...wrong.map((value) => Object.fromEntries(fields.map((field) => [field, [value]])))];
  };

  it.each(Object.entries(operations))('of %s that is wrong is never answered in the schema library\'s words', (_, { body, query }) => {
    const words = [body, query].flatMap((schema) => around(schema).flatMap((value) => said(schema, value) ?? []));
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((each) => /^Invalid|^Too |^Unrecognized|undefined|not right|another form|none of the forms/.test(each))).toEqual([]);
  });
});
