/** Requests are held against the API's schemas before they are sent, so that a refusal can name what was typed. */
import type { BodyInputOf } from '../protocol/admin/asked.ts';
import { faultWords } from '../protocol/fault-words.ts';
import { operations, type OperationName } from '../protocol/admin/operations.ts';
import { CliFailure, exitCodes, wrongUsage } from './failure.ts';

/** Which flag a field comes from, by its path or its first part. `''`: where the fields come from that are not named. */
export type FieldFlags = Readonly<Record<string, string>>;

/** The body as it is: what may be left out stays out. Throws `wrong-usage` with the flag of every fault. */
export function checkBody<N extends OperationName>(name: N, body: unknown, flags: FieldFlags): BodyInputOf<N> {
  const parsed = operations[name].body.safeParse(body, { error: faultWords });
  const isBody = (_: unknown): _ is BodyInputOf<N> => parsed.success;
  if (isBody(body)) return body;
  const faults = parsed.error?.issues.map(({ path, message }) => faultOf(path.map(String), message, flags)) ?? [];
  const named = [...new Set(faults.map(({ where }) => where))].join(' and ');
  const [first] = faults;
  if (first !== undefined && faults.length === 1) throw wrongUsage(`${first.words}.`, `Correct ${named} and run the command again.`);
  throw new CliFailure('What is asked for is not right.', { exitCode: exitCodes.usage, code: 'wrong-usage', evidence: faults.map(({ words }) => words), remedy: `Correct ${named} and run the command again.` });
}

function faultOf(path: readonly string[], message: string, flags: FieldFlags): { readonly where: string; readonly words: string } {
  const field = path.join('.');
  const words = message.replace(/\.$/, '');
  const flag = flags[field] ?? flags[path[0] ?? ''];
  if (flag !== undefined && field !== '') return { where: flag, words: `${flag}: ${words}` };
  const where = flags[''] ?? (field === '' ? 'the request' : `"${field}"`);
  return { where, words: [where, ...(flags[''] === undefined || field === '' ? [] : [field]), words].join(': ') };
}
