import { beforeEach, describe, expect, it } from 'vitest';
import { DAY } from '../../../core/ambient.ts';
import { acceptedCertificates, answersStill, establishAuthorities, IDENTITY_LIFE, OVERLAP, publicPart, publish, replaceAuthority, withSuccessor, type AuthorityDocument, type StoredAuthority } from '../../../core/device/authority.ts';
import { digestOf } from '../../support/memory/seed.ts';
import { many } from '../../support/samples/unique.ts';
import { memoryWorld, type MemoryWorld } from '../../support/memory/world.ts';

const START = Date.parse('2026-03-02T09:00:00Z');
const authority = (n: number): StoredAuthority => ({ certificate: `certificate ${n}`, key: `key ${n}` });
/** The document after `count` replacements, `apart` milliseconds one from the other. */
const replaced = (count: number, apart: number): AuthorityDocument => many(count, (n) => n + 1).reduce<AuthorityDocument>((document, n) => withSuccessor(document, authority(n), START + (n - 1) * apart), authority(0));

let world: MemoryWorld;
const services = () => ({ ...world, fingerprint: digestOf });
beforeEach(() => {
  world = memoryWorld();
});

describe('an authority that is replaced', () => {
  it('is followed by another, which issues; its own identities hold for as long as they can be valid', () => {
    const document = replaced(1, DAY);
    expect(document).toMatchObject({ ...authority(1), revision: 1, former: [{ ...authority(0), replacedAt: START }] });
    const known = publicPart(document, digestOf);
    expect(acceptedCertificates(known, START)).toEqual(['certificate 1', 'certificate 0']);
    expect(acceptedCertificates(known, START + OVERLAP + IDENTITY_LIFE - 1)).toEqual(['certificate 1', 'certificate 0']);
    expect(acceptedCertificates(known, START + OVERLAP + IDENTITY_LIFE)).toEqual(['certificate 1']);
  });

  it('answers SCEP for a day, and loses its key with the next replacement after that', () => {
    expect(answersStill({ replacedAt: START }, START + OVERLAP - 1)).toBe(true);
    expect(answersStill({ replacedAt: START }, START + OVERLAP)).toBe(false);
    expect(replaced(3, DAY).former?.map(({ key }) => key)).toEqual(['key 2', undefined, undefined]);
    expect(replaced(3, DAY / 4).former?.map(({ key }) => key)).toEqual(['key 2', 'key 1', 'key 0']);
  });

  it('is forgotten when none of its identities can be valid any more', () => {
    expect(replaced(3, OVERLAP + IDENTITY_LIFE).former).toHaveLength(1);
  });

  it('may come back, and is then no former one', () => {
    const document = withSuccessor(replaced(2, DAY), authority(1), START + 3 * DAY);
    expect(document).toMatchObject({ ...authority(1), revision: 3 });
    expect(document.former?.map(({ certificate }) => certificate)).toEqual(['certificate 2', 'certificate 0']);
  });

  it('is not replaced by itself, however its certificate is broken into lines, nor too often', () => {
    expect(() => withSuccessor(authority(1), { ...authority(1), certificate: 'certi\nficate 1\n' }, START)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => withSuccessor(replaced(10, DAY), authority(11), START + 11 * DAY)).toThrow(expect.objectContaining({ code: 'conflict', remedy: expect.any(String) as string }));
  });

  it('never shows a key among what is published', () => {
    expect(JSON.stringify(publicPart(replaced(3, DAY / 4), digestOf))).not.toContain('key');
  });
});

describe('the authorities', () => {
  it('are one for ten first uses at once, and published', async () => {
    let made = 0;
    const got = await Promise.all(many(10, () => establishAuthorities(services(), () => {
      made += 1;
      return Promise.resolve(authority(made));
    })));
    expect(new Set(got.map(({ current }) => current.certificate)).size).toBe(1);
    expect(world.tables.authorities).toEqual(got[0]);
  });

  it('are published in the end, though a replacement was cut off before', async () => {
    await establishAuthorities(services(), () => Promise.resolve(authority(1)));
    world.tables.beforeWrite = (operation) => {
      if (operation === 'authorities.publish') throw new Error('killed');
    };
    await expect(replaceAuthority(services(), authority(2), START)).rejects.toThrow('killed');
    world.tables.beforeWrite = () => undefined;
    expect(world.tables.authorities?.current.certificate).toBe('certificate 1');
    const document = await world.authorityKeys.fresh();
    if (document !== undefined) await publish(services(), document);
    expect(world.tables.authorities).toMatchObject({ revision: 1, current: { certificate: 'certificate 2' }, former: [{ certificate: 'certificate 1', replacedAt: START }] });
  });

  it('of an older release are published as they are', async () => {
    await publish(services(), authority(1));
    expect(world.tables.authorities).toEqual({ revision: 0, current: { fingerprint: digestOf('certificate 1'), certificate: 'certificate 1', chain: [] }, former: [] });
  });
});
