import { beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../../core/ambient.ts';
import type { Invitation, IssuedCertificate } from '../../../core/device/enrolment.ts';
import { CHALLENGE_LIFE, newChallenge, openInvitation, redeemChallenge } from '../../../core/device/invite.ts';
import { parseBranchId, parseInvitationId } from '../../../core/ids.ts';
import { digestOf } from '../../support/memory/seed.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

let world: MemoryWorld;
let invitation: Invitation;

const services = () => ({ ...world, digest: digestOf });
const stored = () => world.tables.invitations.get(invitation.id);

async function invite(facts: Partial<Invitation> = {}): Promise<void> {
  const now = world.clock.now();
  invitation = { id: parseInvitationId(world.ids.fresh()), branchId: parseBranchId('berlin'), testDevice: false, uses: 1, used: 0, createdAt: now, expiresAt: now + 7 * DAY, ...facts };
  await world.invitations.addInvitation(invitation, digestOf('the link'));
}
let made = 0;
const make = (): Promise<IssuedCertificate> => {
  made += 1;
  const now = world.clock.now();
  return Promise.resolve({ fingerprint: digestOf(`certificate ${made}`), serialNumber: String(made), invitationId: invitation.id, issuedAt: now, expiresAt: now + DAY, revoked: false, der: '' });
};
const open = () => openInvitation(services(), 'the link', world.clock.now());
const challenge = () => newChallenge(services(), invitation, undefined, world.clock.now());
const redeem = (text: string, transactionId: string) => redeemChallenge(services(), text, transactionId, make, world.clock.now());
const refused = { code: 'identity-refused', remedy: expect.any(String) as string };

beforeEach(async () => {
  world = memoryWorld();
  await invite();
});

describe('an invitation', () => {
  it('opens by its link until it expires', async () => {
    expect(await open()).toEqual(invitation);
    world.clock.pass(7 * DAY - 1);
    expect(await open()).toEqual(invitation);
    world.clock.pass(1);
    await expect(open()).rejects.toMatchObject({ code: 'not-found', remedy: expect.any(String) as string });
  });

  it.each([['another link', () => openInvitation(services(), 'a guess', world.clock.now())], ['an invitation that is used up', async () => {
    world.tables.invitations.set(invitation.id, { ...invitation, used: 1 });
    return open();
  }]])('does not open by %s, and does not say why', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code: 'not-found', message: 'This invitation is not valid, or no longer.' });
  });
});

describe('a challenge', () => {
  it('is kept as its digest alone, and is another for each profile', async () => {
    const texts = [await challenge(), await challenge()];
    expect(new Set(texts).size).toBe(2);
    expect(JSON.stringify([...world.tables.challenges])).not.toContain(texts[0]);
  });

  it('is looked up by its digest: its text meets no store and no comparison, so that time tells a guesser nothing', async () => {
    const text = await challenge();
    const seen: unknown[] = [];
    const invitations = new Proxy(world.invitations, {
      get: (target, name) => (...args: readonly unknown[]): unknown => {
        seen.push(...args);
        return Reflect.apply(Reflect.get(target, name) as (...args: readonly unknown[]) => unknown, target, args);
      },
    });
    for (const guess of [`${text.slice(0, -1)}_`, text]) await redeemChallenge({ ...services(), invitations }, guess, 't1', make, world.clock.now()).catch(() => undefined);
    expect(seen[0]).toBe(digestOf(`${text.slice(0, -1)}_`));
    expect(JSON.stringify(seen)).not.toContain(text.slice(0, -1));
    expect(stored()?.used).toBe(1);
  });

  it('buys one certificate, and counts as one use', async () => {
    const certificate = await redeem(await challenge(), 't1');
    expect(world.tables.certificates.get(certificate.fingerprint)).toEqual(certificate);
    expect(stored()?.used).toBe(1);
  });

  it('buys no second one for another request', async () => {
    const text = await challenge();
    await redeem(text, 't1');
    await expect(redeem(text, 't2')).rejects.toMatchObject(refused);
    expect(world.tables.certificates.size).toBe(1);
  });

  it('gives the same request the same certificate, also when the challenge has expired since', async () => {
    const text = await challenge();
    const first = await redeem(text, 't1');
    world.clock.pass(2 * HOUR);
    expect(await redeem(text, 't1')).toEqual(first);
    expect(stored()?.used).toBe(1);
  });

  it('expires after an hour, or with its invitation', async () => {
    const text = await challenge();
    world.clock.pass(CHALLENGE_LIFE);
    await expect(redeem(text, 't1')).rejects.toMatchObject(refused);
    world.clock.set(invitation.expiresAt - 1);
    const last = await challenge();
    world.clock.pass(1);
    await expect(redeem(last, 't1')).rejects.toMatchObject(refused);
    expect(world.tables.certificates.size).toBe(0);
  });

  it('that was never made buys nothing, and no certificate is made for it', async () => {
    const before = made;
    await expect(redeem('a guess', 't1')).rejects.toMatchObject(refused);
    expect(made).toBe(before);
  });

  it('buys nothing for an invitation that others have used up', async () => {
    const [one, two] = [await challenge(), await challenge()];
    await redeem(one, 't1');
    await expect(redeem(two, 't2')).rejects.toMatchObject(refused);
    expect(stored()?.used).toBe(1);
  });

  it('is won by one of two requests at once', async () => {
    const text = await challenge();
    const results = await Promise.allSettled([redeem(text, 't1'), redeem(text, 't2')]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(world.tables.certificates.size).toBe(1);
    expect(stored()?.used).toBe(1);
  });

  it('gives one request that comes twice at once the one certificate that is stored', async () => {
    const text = await challenge();
    const answers = await Promise.all(Array.from({ length: 4 }, () => redeem(text, 't1')));
    expect(new Set(answers.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect([...world.tables.certificates.keys()]).toEqual([answers[0]?.fingerprint]);
    expect(stored()?.used).toBe(1);
  });

  it('lets as many devices in as the invitation has uses, at once or not', async () => {
    world.tables.invitations.set(invitation.id, { ...invitation, uses: 3 });
    const texts = await Promise.all(Array.from({ length: 5 }, challenge));
    const results = await Promise.allSettled(texts.map((text, n) => redeem(text, `t${n}`)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(stored()?.used).toBe(3);
  });

  it('is not used up by a failure that is ours', async () => {
    const text = await challenge();
    const broken = () => Promise.reject(new Error('no entropy'));
    await expect(redeemChallenge(services(), text, 't1', broken, world.clock.now())).rejects.toThrow('no entropy');
    expect(await redeem(text, 't1')).toMatchObject({ invitationId: invitation.id });
  });
});
