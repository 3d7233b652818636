/** What becomes of a registered file: verified, or refused with the checks that say why. */
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './failure.ts';
import type { Output } from './output.ts';
import { printable } from './text.ts';
import type { World } from './world.ts';

export type RegistrationAnswer = AnswerOf<'getRegistration'>;
type Check = RegistrationAnswer['checks'][number];

const LOOK_EVERY = 1_000;

/** Resolves when the file is verified. Throws with the checks that did not pass where it is refused (`package-refused`), or is a version that is not verified now (`not-verified`). */
export async function untilVerified({ sleep, interrupted }: Pick<World, 'sleep' | 'interrupted'>, api: ApiClient, begun: RegistrationAnswer): Promise<RegistrationAnswer> {
  for (let registration = begun; ; registration = await api.call('getRegistration', { id: begun.id })) {
    if (registration.state === 'verified') return registration;
    if (registration.state === 'refused') throw refusal(registration);
    if (interrupted.aborted) throw new CliFailure('Interrupted; the server goes on verifying.', { code: 'interrupted', remedy: `See what became of it with \`wavecast app registration ${begun.id}\`.` });
    await sleep(LOOK_EVERY);
  }
}

/** Everything that is wrong, each with its own remedy: whoever puts one right need not come back to hear of the next. One alone is the reason itself. */
function refusal({ fileName, versionId, checks, reason, remedy }: RegistrationAnswer): CliFailure {
  const failed = checks.filter(({ passed }) => !passed);
  const [what, code] = versionId === undefined ? ['is refused', 'package-refused'] : [`is version ${versionId}, which is not verified`, 'not-verified'];
  return new CliFailure(`${fileName} ${what}: ${reason ?? 'a check did not pass.'}`, {
    code, remedy: remedy ?? 'Place the right file and register that.', evidence: failed.length === 1 ? [] : failed.map(failedCheck),
  });
}

function failedCheck({ name, expected, found, remedy }: Check): string {
  return `${name}: expected ${expected}, found ${found}${remedy !== undefined ? `. What to do: ${remedy}` : ''}`;
}

export function registrationLines({ id, fileName, state, versionId, bundleId, checks, supersedes, reason, remedy, warnings = [] }: RegistrationAnswer, output: Output): readonly string[] {
  const verdicts = checkLines(checks, output);
  if (versionId !== undefined) return [`${fileName}: ${state}`, `It is version ${versionId} of ${bundleId ?? 'its app'}.`, ...verdicts, ...warnings.map((warning) => `  ${output.style('yellow', '!')}   ${warning}`), ...supersededLines(versionId, supersedes, output)];
  return [`${fileName}: ${state} (registration ${id})`, ...(reason === undefined ? [] : [reason]), ...verdicts, ...(remedy === undefined ? [] : [`What to do: ${remedy}`])];
}

/** One line for each check; below those that did not pass, what to do. */
export function checkLines(checks: readonly Check[], output: Output): readonly string[] {
  return checks.flatMap(({ passed, name, expected, found, remedy }) => [
    `  ${passed ? output.style('green', 'ok') : output.style('red', 'no')}  ${name}: ${found}${passed ? '' : `, expected ${expected}`}`,
    ...(passed || remedy === undefined ? [] : [`      What to do: ${remedy}`]),
  ]);
}

function supersededLines(versionId: string, former: RegistrationAnswer['supersedes'], output: Output): readonly string[] {
  if (former === undefined) return [];
  const { versionId: formerId, shortVersion, version, plans } = former;
  return [
    `The version before it is ${shortVersion} (${version}).`,
    ...plans.flatMap(({ id, name, state }) => output.sentence(`Plan ${printable(name)} (${id}), ${state}, is for that one.`, '  ')),
    ...(plans.some(({ state }) => state === 'draft') ? output.sentence(`Give drafts the new version with \`wavecast app replace ${formerId} --by ${versionId}\`.`) : []),
  ];
}
