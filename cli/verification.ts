/** What becomes of a registered file: verified, or refused with the checks that say why. */
import type { AnswerOf } from '../protocol/admin/operations.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './failure.ts';
import type { Output } from './output.ts';
import { printable } from './text.ts';
import type { World } from './world.ts';

export type RegistrationAnswer = AnswerOf<'getRegistration'>;

const LOOK_EVERY = 1_000;

/** Resolves when the file is verified. Throws `package-refused` with the checks that did not pass where it is refused. */
export async function untilVerified({ sleep, interrupted }: Pick<World, 'sleep' | 'interrupted'>, api: ApiClient, begun: RegistrationAnswer): Promise<RegistrationAnswer> {
  for (let registration = begun; ; registration = await api.call('getRegistration', { id: begun.id })) {
    if (registration.state === 'verified') return registration;
    if (registration.state === 'refused') throw refusedPackage(registration);
    if (interrupted.aborted) throw new CliFailure('Interrupted; the server goes on verifying.', { code: 'interrupted', remedy: `See what became of it with \`wavecast app registration ${begun.id}\`.` });
    await sleep(LOOK_EVERY);
  }
}

function refusedPackage({ fileName, checks, reason, remedy }: RegistrationAnswer): CliFailure {
  const failed = checks.filter(({ passed }) => !passed);
  return new CliFailure(`${fileName} is refused: ${reason ?? 'a check did not pass.'}`, {
    code: 'package-refused', evidence: failed.map(({ name, expected, found }) => `${name}: expected ${expected}, found ${found}`), remedy: remedy ?? 'Place the right file and register that.',
  });
}

export function registrationLines({ id, fileName, state, versionId, bundleId, checks, supersedes, reason, remedy }: RegistrationAnswer, output: Output): readonly string[] {
  const verdicts = checks.map(({ passed, name, expected, found }) => `  ${passed ? output.style('green', 'ok') : output.style('red', 'no')}  ${name}: ${found}${passed ? '' : `, expected ${expected}`}`);
  if (versionId !== undefined) return [`${fileName}: ${state}`, `It is version ${versionId} of ${bundleId ?? 'its app'}.`, ...verdicts, ...supersededLines(versionId, supersedes, output)];
  return [`${fileName}: ${state} (registration ${id})`, ...(reason === undefined ? [] : [reason]), ...verdicts, ...(remedy === undefined ? [] : [`What to do: ${remedy}`])];
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
