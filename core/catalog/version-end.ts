/** When a version stops working on devices, who is told of it, and what they are told. */
import type { Identifiers, Instant, Logger } from '../ambient.ts';
import { daysLeft, endsSoon } from '../expiry.ts';
import { parseVersionId } from '../ids.ts';
import type { Due } from '../instruction/store.ts';
import { eventId, type EventBus } from '../result/product-event.ts';
import { endingDue, tellEnding, type EndingLines } from '../watch-ending.ts';
import type { AppVersion } from './app.ts';
import type { ProvisioningFacts } from './package-facts.ts';
import type { CatalogueStore } from './store.ts';

/** A profile counts until it expires, or until the last of the certificates that may have signed for it does. */
export function endOfProfile({ expiresAt, certificatesExpireAt }: Pick<ProvisioningFacts, 'expiresAt' | 'certificatesExpireAt'>): Instant {
  return certificatesExpireAt.length === 0 ? expiresAt : Math.min(expiresAt, Math.max(...certificatesExpireAt));
}

/** What to tell whoever looks at the version; undefined while there is time, and of one that was withdrawn. */
export function endWarning({ profileExpiresAt: end, withdrawn }: Pick<AppVersion, 'profileExpiresAt' | 'withdrawn'>, now: Instant): string | undefined {
  if (withdrawn !== undefined || !endsSoon(end, now)) return undefined;
  const day = new Date(end).toISOString().slice(0, 10);
  const days = daysLeft(end, now);
  const when = end <= now ? `ended on ${day}: devices no longer start it, and it is not distributed` : `ends on ${day}, in ${days === 1 ? 'a day' : days < 1 ? 'less than a day' : `${days} days`}: devices will not start it any more`;
  return `The version's provisioning ${when}. Renew its profile with \`wavecast app renew-profile\`, or distribute a newer version.`;
}

/** The next warning about a version; undefined when there is none to come. */
export function versionDue({ id, profileExpiresAt: expiresAt }: Pick<AppVersion, 'id' | 'profileExpiresAt'>, now: Instant, from = 0): Due | undefined {
  return endingDue({ kind: 'version-end', subject: `${id}.${expiresAt}`, expiresAt }, now, from);
}

const lines: EndingLines = { soon: 'an app version ends soon', ended: 'an app version has ended' };

export interface WatchVersionEndServices {
  readonly catalogue: Pick<CatalogueStore, 'version'>;
  readonly events: EventBus;
  readonly ids: Pick<Identifiers, 'named'>;
  readonly log: Logger;
}

/** A warning is due: it is said, unless the profile was renewed or the version withdrawn meanwhile. Answers the next one. */
export async function watchVersionEnd({ catalogue, events, ids, log }: WatchVersionEndServices, due: Due, now: Instant): Promise<Due | undefined> {
  const [id] = due.subject.split('.');
  const version = await catalogue.version(parseVersionId(id));
  if (version === undefined || version.withdrawn !== undefined || due.subject !== `${version.id}.${version.profileExpiresAt}`) return undefined;
  const { id: versionId, bundleId, profileExpiresAt: expiresAt } = version;
  await events.publish([{ id: eventId(ids, 'profile-expiring', versionId, expiresAt, due.step), type: 'profile-expiring', at: due.at, detail: { versionId, bundleId, expiresAt } }]);
  tellEnding(log, lines, version.profileExpiresAt, now, { versionId: version.id, bundleId: version.bundleId });
  return versionDue(version, now, due.step + 1);
}
