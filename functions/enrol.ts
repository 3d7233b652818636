/** GET /enrol/{secret}: the page of an invitation; GET /enrol/{secret}/profile: its enrolment profile. */
import { newChallenge, openInvitation } from '../core/device/invite.ts';
import { enrolmentPage, refusalPage } from '../protocol/enrolment-page.ts';
import { deviceEndpoint, type DeviceAnswer } from './device-edge.ts';
import { authorities } from './authority.ts';
import { enrolmentProfile } from './enrolment-profile.ts';
import { apiUrl, clock, inviteServices, organisation, profileSigners, pushTopic } from './services.ts';

const services = inviteServices();

export const handler = deviceEndpoint(async ({ event }): Promise<DeviceAnswer> => {
  const secret = event.pathParameters?.['secret'] ?? '';
  const now = clock.now();
  const invitation = await openInvitation(services, secret, now);
  if (!event.rawPath.endsWith('/profile')) {
    const page = `${apiUrl()}/enrol/${encodeURIComponent(secret)}`;
    return { statusCode: 200, ...html(enrolmentPage(organisation(), { page, profile: `${page}/profile` })) };
  }
  const topic = await pushTopic();
  const { current: signer } = await profileSigners().signers();
  const profile = enrolmentProfile(services.ids, { topic, signer, challenge: await newChallenge(services, invitation, signer?.fingerprint, now), authority: (await authorities()).current }, now);
  return { statusCode: 200, headers: { 'content-type': 'application/x-apple-aspen-config', 'content-disposition': 'attachment; filename="wavecast.mobileconfig"', 'cache-control': 'no-store' }, body: Buffer.from(profile).toString('base64'), isBase64Encoded: true };
}, ({ code, detail, remedy = 'Try again later; if it stays so, tell your administrator.' }) =>
  html(refusalPage(organisation(), detail, code === 'push-certificate-missing' ? 'Tell your administrator, and try again when it is there.' : remedy)));

function html(body: string): DeviceAnswer {
  return { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'", 'referrer-policy': 'no-referrer' }, body };
}
