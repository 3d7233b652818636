import { checkReplacement } from '../../core/device/push-certificate.ts';
import { WavecastError } from '../../core/errors.ts';
import { readPushCertificate } from '../../protocol/push-certificate.ts';
import { audit, type Handler } from './admin-call.ts';

export const getPushCertificate: Handler<'getPushCertificate'> = async ({ services }) => {
  const current = await services.pushCertificate.current();
  if (current === undefined) throw new WavecastError('push-certificate-missing', 'There is no push certificate.', { remedy: 'Set one with `wavecast push-certificate set`.' });
  return { topic: current.topic, expiresAt: current.expiresAt };
};

export const setPushCertificate: Handler<'setPushCertificate'> = async (call) => {
  const { services, now, body } = call;
  const next = readPushCertificate(body.certificate, body.key);
  const [current, branches] = await Promise.all([services.pushCertificate.current(), services.branches.branches()]);
  const counts = await services.branches.deviceCounts(branches.map(({ id }) => id));
  checkReplacement(current, next, [...counts.values()].reduce((sum, { enrolled }) => sum + enrolled, 0), body.force, now);
  const answer = { topic: next.topic, expiresAt: next.expiresAt };
  await audit(call, { action: 'push-certificate.set', subject: next.topic, ...(current === undefined ? {} : { before: { topic: current.topic, expiresAt: current.expiresAt } }), after: answer });
  await services.pushCertificate.replace(next);
  return answer;
};
