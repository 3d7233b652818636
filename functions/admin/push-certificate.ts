import { checkReplacement, warningOf, type PushFacts } from '../../core/device/push-certificate.ts';
import { warningDue } from '../../core/device/watch-push-certificate.ts';
import { WavecastError } from '../../core/errors.ts';
import { pauseFor, type PushFault } from '../../core/rollout/push-fault.ts';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { readPushCertificate } from '../../protocol/push-certificate.ts';
import { audit, type Handler } from './admin-call.ts';
import { openKeyFile } from './key-file.ts';

export const getPushCertificate: Handler<'getPushCertificate'> = async ({ services, now }) => {
  const [facts, fault] = await Promise.all([services.pushFacts.facts(), services.pushFaults.fault()]);
  if (facts === undefined) throw new WavecastError('push-certificate-missing', 'There is no push certificate.', { remedy: 'Set one with `wavecast push-certificate set`.' });
  return answer(facts, fault, now);
};

export const setPushCertificate: Handler<'setPushCertificate'> = async (call) => {
  const { services, now, body } = call;
  const { certificates, key } = await openKeyFile(body);
  const next = readPushCertificate(certificates, key);
  const [current, branches] = await Promise.all([services.pushFacts.facts(), services.branches.branches()]);
  const counts = await services.branches.deviceCounts(branches.map(({ id }) => id));
  checkReplacement(current, next, [...counts.values()].reduce((sum, { enrolled }) => sum + enrolled, 0), body.force, now);
  await audit(call, { action: 'push-certificate.set', subject: next.topic, ...(current === undefined ? {} : { before: current }), after: { topic: next.topic, expiresAt: next.expiresAt } });
  // The facts last: while they are the old ones, nobody enrols for a topic that cannot be pushed to yet.
  await services.pushCertificate.replace(next);
  await services.pushFacts.keep(next);
  const due = warningDue(next, now);
  if (due !== undefined) await services.timers.put([due]);
  await services.pushFaults.clear();
  return answer(next, undefined, now);
};

function answer({ topic, expiresAt }: PushFacts, fault: PushFault | undefined, now: number): AnswerOf<'getPushCertificate'> {
  const warning = warningOf({ expiresAt }, now);
  return { topic, expiresAt, ...(warning === undefined ? {} : { warning }), ...(pauseFor(fault, now) === undefined || fault === undefined ? {} : { fault: fault.reason }) };
}
