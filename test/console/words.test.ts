import { describe, expect, it } from 'vitest';
import { formats, tagFor } from '../../console/language/formats.ts';
import { bilingual, languageFor, languages, speak } from '../../console/language/words.ts';

const words = bilingual({ title: ['Branches', '拠点'], devices: [(count: number) => `${count} devices`, (count: number) => `${count} 台`] });

describe('the texts of a page', () => {
  it('are said in the language that is spoken, with their values', () => {
    expect([speak(words, 'en').title, speak(words, 'en').devices(3)]).toEqual(['Branches', '3 devices']);
    expect([speak(words, 'ja').title, speak(words, 'ja').devices(3)]).toEqual(['拠点', '3 台']);
  });

  it('are the same object each time, so that nothing is drawn again for them', () => {
    expect(speak(words, 'ja')).toBe(speak(words, 'ja'));
  });

  it('do not compile without their translation, nor with one that takes other values', () => {
    // @ts-expect-error -- the Japanese is missing
    bilingual({ title: ['Branches'] });
    // @ts-expect-error -- the Japanese takes a text where the English takes a number
    bilingual({ devices: [(count: number) => `${count} devices`, (count: string) => `${count} 台`] });
    expect(languages).toEqual(['en', 'ja']);
  });
});

describe('the language to begin with', () => {
  it.each([
    ['what was chosen before', 'ja', ['en-GB'], 'ja'],
    ['the first of the browser\'s that the console speaks', null, ['fr-FR', 'ja-JP', 'en'], 'ja'],
    ['English where it speaks none of them', null, ['fr', 'de-AT'], 'en'],
    ['the browser\'s where something else was kept', 'klingon', ['ja'], 'ja'],
  ] as const)('is %s', (_, chosen, browser, expected) => {
    expect(languageFor(chosen, browser)).toBe(expected);
  });
});

describe('numbers and dates', () => {
  it('are written as the language writes them', () => {
    expect([formats('en').bytes(0), formats('en').bytes(999), formats('en').bytes(30_000_000), formats('en').bytes(2.5e9)]).toEqual(['0 bytes', '999 bytes', '30 MB', '2.5 GB']);
    expect([formats('ja').bytes(999), formats('ja').bytes(30_000_000), formats('ja').number(12_345), formats('ja').share(0.125)]).toEqual(['999 バイト', '30 MB', '12,345', '12.5%']);
    expect([formats('en').number(12_345), formats('en').share(0.125)]).toEqual(['12,345', '12.5%']);
  });

  it('are written as they are where the viewer lives, as long as that is the language of the page', () => {
    expect([tagFor('en', ['ja-JP', 'en-GB', 'en-US']), tagFor('en', ['ja-JP']), tagFor('ja', ['en-GB', 'ja'])]).toEqual(['en-GB', 'en', 'ja']);
    const at = Date.parse('2026-11-03T12:00:00Z');
    expect([formats('en-GB').day(at, 'UTC'), formats('en-US').day(at, 'UTC'), formats('en-GB').shortDay(at, 'UTC'), formats('ja').shortDay(at, 'UTC')]).toEqual(['3 Nov 2026', 'Nov 3, 2026', '3 Nov', '11/3']);
  });

  it('name their zone where it is not the viewer\'s', () => {
    const at = Date.parse('2026-11-27T16:05:00Z');
    expect(formats('en').moment(at, 'Asia/Tokyo')).toBe('Nov 28, 2026, 01:05 GMT+9');
    expect([formats('ja').moment(at, 'Asia/Tokyo'), formats('ja').day(at, 'Asia/Tokyo'), formats('ja').time(at, 'Asia/Tokyo')]).toEqual(['2026/11/28 01:05 JST', '2026/11/28', '01:05']);
    expect(formats('en').moment(at, Intl.DateTimeFormat().resolvedOptions().timeZone)).not.toContain('GMT');
  });
});
