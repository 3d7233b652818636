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

/** Everything that is wrong, once and each with its own remedy: whoever puts one right need not come back to hear of the next. One alone is the reason itself. */
function refusal(registration: RegistrationAnswer): CliFailure {
  const { fileName, versionId, checks, reason, remedy } = registration;
  const failed = checks.filter(({ passed }) => !passed);
  const [what, code] = versionId === undefined ? ['is refused', 'package-refused'] : [`is ${nameOf(registration)}, which is not verified`, 'not-verified'];
  const again = versionId === undefined ? 'register the file again' : `run \`wavecast app verify ${versionId}\``;
  if (failed.length > 1) return new CliFailure(`${fileName} ${what}: ${failed.length} checks did not pass.`, { code, evidence: failed.map(failedCheck), remedy: `Put each of them right, then ${again}.` });
  return new CliFailure(`${fileName} ${what}: ${reason ?? 'a check did not pass.'}`, { code, remedy: remedy ?? 'Place the right file and register that.' });
}

/** As people know it; an older server says its id alone. */
function nameOf({ versionId = '', bundleId = 'its app', shortVersion, version }: RegistrationAnswer): string {
  return `version ${shortVersion === undefined || version === undefined ? versionId : `${shortVersion} (${version})`} of ${bundleId}`;
}

function failedCheck({ name, expected, found, remedy }: Check): string {
  return `${name}: expected ${expected}, found ${found}${remedy !== undefined ? `. What to do: ${remedy}` : ''}`;
}

export function registrationLines(registration: RegistrationAnswer, output: Output): readonly string[] {
  const { id, fileName, state, versionId, checks, supersedes, reason, remedy, warnings = [] } = registration;
  const verdicts = checkLines(checks, output);
  if (versionId !== undefined) return [`${fileName}: ${state}`, ...output.sentence(`It is ${nameOf(registration)}${registration.shortVersion === undefined ? '' : `, ${versionId}`}.`), ...verdicts, ...warningLines(warnings, output), ...supersededLines(versionId, supersedes, output)];
  // What a check tells is not told twice.
  const failed = checks.filter(({ passed }) => !passed);
  return [
    `${fileName}: ${state} (registration ${id})`, ...(reason === undefined || failed.length > 0 ? [] : output.sentence(reason)), ...verdicts,
    ...(remedy === undefined || failed.some((check) => check.remedy !== undefined) ? [] : output.sentence(remedy, 'What to do: ')),
  ];
}

/** One sentence for each check; below those that did not pass, what to do. */
export function checkLines(checks: readonly Check[], output: Output): readonly string[] {
  return checks.flatMap(({ passed, name, expected, found, remedy }) => [
    ...output.sentence(`${name}: ${found}${passed ? '' : `, expected ${expected}`}`, `  ${passed ? output.style('green', 'ok') : output.style('red', 'no')}  `),
    ...(passed || remedy === undefined ? [] : output.sentence(`What to do: ${remedy}`, '      ')),
  ]);
}

/** What is no fault, but worth knowing. */
export function warningLines(warnings: readonly string[], output: Output): readonly string[] {
  return warnings.flatMap((warning) => output.sentence(warning, `  ${output.style('yellow', '!')}   `));
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
