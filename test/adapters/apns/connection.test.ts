import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { outcomeOfFailure } from '../../../adapters/apns/answer.ts';
import { SECOND } from '../../../core/ambient.ts';
import { createRoot, issuePush } from '../../../local/tls/issue.ts';
import { many } from '../../support/samples/unique.ts';
import { certificateOf, clock, delivered, gateway, lineTo, request, requests, scripted, trust, usePushRig } from './push-rig.ts';

usePushRig();

describe('the connection', () => {
  it('is one for all pushes, and takes as many at once as APNs allows', async () => {
    const apns = await scripted(({ answer }) => { setTimeout(() => { answer(200); }, 10); }, 7);
    const pushes = gateway(apns.url);
    expect(await pushes.push(requests(40))).toEqual(many(40, () => delivered));
    expect(await pushes.push(requests(2))).toEqual([delivered, delivered]);
    expect([apns.sessions, apns.pushes, apns.mostAtOnce]).toEqual([1, 42, 7]);
  });

  it('that APNs ends in good order is replaced; what it had not looked at is pushed again', async () => {
    const apns = await scripted(({ number, session, answer }) => {
      // The client's streams are 1, 3 and 5: what came behind the first was not and will not be looked at.
      if (number === 1) session.goaway(0, 1);
      if (number === 1 || number > 3) answer(200);
    });
    const begun = performance.now();
    expect(await gateway(apns.url).push(requests(3))).toEqual([delivered, delivered, delivered]);
    expect([apns.sessions, apns.pushes]).toEqual([2, 5]);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  it('that is told to end answers what is in flight; the next push takes another', async () => {
    const apns = await scripted(({ number, session, answer }) => {
      if (number === 1) session.close();
      setTimeout(() => { answer(200); }, 50);
    });
    const pushes = gateway(apns.url);
    expect(await pushes.push(requests(2))).toEqual([delivered, delivered]);
    expect(await pushes.push(requests(1))).toEqual([delivered]);
    expect(apns.pushes).toBe(3);
  });

  it('that gives no answer to a push is asked whether it is still there; the push is tried again', async () => {
    const apns = await scripted(({ number, answer }) => { if (number > 1) answer(200); });
    expect(await gateway(apns.url).push([request()])).toEqual([delivered]);
    expect([apns.sessions, apns.pushes]).toEqual([1, 2]);
  });

  it('that gives no answer because it died is replaced, and the push goes over the next', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    const line = await lineTo(apns.url);
    const pushes = gateway(line.url);
    await pushes.push([request()]);
    line.freeze();
    expect(await pushes.push([request()])).toEqual([delivered]);
    expect(apns.sessions).toBe(2);
  });

  it('that breaks while pushes are in flight is replaced, and they are pushed again', async () => {
    const apns = await scripted(({ number, session, answer }) => {
      if (number === 2) session.destroy();
      else if (number > 2) answer(200);
    });
    expect(await gateway(apns.url).push(requests(2))).toEqual([delivered, delivered]);
    expect(apns.sessions).toBe(2);
  });

  it('that cannot be made puts every push off, however many they are, in the time of one', async () => {
    const apns = await scripted(() => undefined);
    await apns.close();
    const begun = performance.now();
    const outcomes = await gateway(apns.url).push([...requests(50), request({ topic: 'com.apple.mgmt.External.other' })]);
    expect(performance.now() - begun).toBeLessThan(8000);
    expect(outcomes.slice(0, 50)).toEqual(many(50, () => ({ result: 'later', reason: 'ECONNREFUSED', afterSeconds: 30 })));
    expect(outcomes[50]?.result).toBe('stranded');
  });

  it('that cannot be made for the fault of our certificate refuses every push at once', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    const { key } = await issuePush(await createRoot(), trust().push.topic);
    expect(await gateway(apns.url, () => ({ ...certificateOf(trust().push), key })).push(requests(2))).toMatchObject([{ result: 'refused' }, { result: 'refused' }]);
    expect(outcomeOfFailure(Object.assign(new Error('alert'), { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' }))).toEqual({ result: 'refused', reason: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
  });

  it('is made anew with a new certificate', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    let certificate = trust().push;
    const pushes = gateway(apns.url, () => certificateOf(certificate));
    await pushes.push([request()]);
    certificate = { ...await issuePush(await createRoot(), trust().push.topic), topic: trust().push.topic };
    expect((await pushes.push([request()]))[0]?.result).not.toBe('delivered');
    certificate = trust().push;
    expect(await pushes.push([request()])).toEqual([delivered]);
  });

  it('that was idle is tried before it is used, and replaced where it died in its sleep', async () => {
    const apns = await scripted(({ answer }) => { answer(200); });
    const line = await lineTo(apns.url);
    const pushes = gateway(line.url);
    await pushes.push([request()]);
    clock.pass(30 * SECOND);
    expect(await pushes.push([request()])).toEqual([delivered]);
    expect(apns.sessions).toBe(1);
    line.freeze();
    clock.pass(30 * SECOND);
    expect(await pushes.push(requests(3))).toEqual([delivered, delivered, delivered]);
    expect([apns.sessions, apns.pushes]).toEqual([2, 5]);
  });

  it('keeps a process alive until the last answer, and no longer', async () => {
    const apns = await scripted(({ number, answer }) => { setTimeout(() => { answer(200); }, number === 1 ? 0 : 300); });
    const program = `
      import tls from 'node:tls';
      import { createPushGateway } from ${JSON.stringify(new URL('../../../adapters/apns/push-client.ts', import.meta.url).href)};
      const { url, root, certificate, requests } = JSON.parse(process.env.CASE);
      tls.setDefaultCACertificates([root]);
      const gateway = createPushGateway({ url, certificate: async () => certificate, clock: { now: () => ${clock.now()} } });
      console.log(JSON.stringify(await gateway.push(requests)));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CASE: JSON.stringify({ url: apns.url, root: trust().root, certificate: certificateOf(trust().push), requests: requests(3) }) },
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
    const code = await new Promise((resolve) => { child.once('exit', resolve); });
    expect([code, said.trim()]).toEqual([0, JSON.stringify(many(3, () => delivered))]);
  });
});
