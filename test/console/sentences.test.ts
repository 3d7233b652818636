import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inJapanese, sentences } from '../../console/language/japanese/sentences.ts';
import { apiWords } from '../../console/language/japanese/words.ts';
import { formOf, translator } from '../../console/language/sentences.ts';
import { hasWords, textsOfSource } from '../support/console/api-sentences.ts';
import { saidToConsole, sentencesToConsole } from '../support/console/said-to-console.ts';

const entries = sentences.flatMap((table) => Object.entries(table));
const forms = entries.filter(([english]) => !Object.hasOwn(apiWords, english)).map(([english, japanese]) => ({ english, japanese, ...formOf(english, japanese) }));
const anonymous = (english: string): string => formOf(english, '').literals.join('{}');
const translated = new Set(entries.map(([english]) => anonymous(english)));

describe('the API\'s sentences', () => {
  it('each have a Japanese form: one that is missing belongs into a table of console/language/japanese', () => {
    expect(sentencesToConsole().filter(({ form }) => !translated.has(form)).map(({ file, form }) => `${file}: ${form}`)).toEqual([]);
  });

  it('are said by a source: a form that none says any more is taken out', () => {
    const said = new Set(saidToConsole().map(({ form }) => form));
    expect(forms.filter(({ english }) => !said.has(anonymous(english))).map(({ english }) => english)).toEqual([]);
  });

  it('are translated once', () => {
    const seen = new Set<string>();
    expect(forms.map(({ english }) => anonymous(english)).filter((form) => seen.size === seen.add(form).size)).toEqual([]);
  });

  it('have in Japanese the places that they have in English, each once and with text between them', () => {
    for (const { english, literals, places, said } of forms) {
      expect([english, said.filter((_, index) => index % 2 === 1).sort()]).toEqual([english, places.map(({ name }) => name).sort()]);
      expect([english, literals.slice(1, -1).includes('')]).toEqual([english, false]);
    }
  });

  it('end in Japanese as a sentence does where they are one in English', () => {
    const wrong = forms.filter(({ english, japanese }) => /^[A-Z].*\.$/.test(english) && !/[。]$/.test(japanese) && !/（.+）$/.test(japanese) && !japanese.endsWith('}'));
    expect(wrong.map(({ english, japanese }) => [english, japanese])).toEqual([]);
  });

  it('are found by their own form, whatever stands in their places, and say that as it is', () => {
    // Names and numbers, which have nothing of a sentence.
    const value = fc.stringMatching(/^[A-Za-z0-9\u3042-\u3093]{1,6}[A-Za-z0-9\u4e00-\u4e10_-]{2,8}$/);
    // A form without words fits where what is said in it is known.
    const worded = forms.filter(({ literals, places }) => literals.some((literal) => /\p{L}/u.test(literal)) || places.every(({ kind }) => kind !== 'said'));
    expect(forms.length - worded.length).toBeLessThan(5);
    fc.assert(fc.property(fc.constantFrom(...worded), fc.array(value, { minLength: 8, maxLength: 8 }), ({ literals, places, said }, values) => {
      const sentence = literals.map((literal, index) => `${literal}${index < places.length ? values[index] ?? '' : ''}`).join('');
      const expected = said.map((part, index) => (index % 2 === 0 ? part : values[places.findIndex(({ name }) => name === part)] ?? '')).join('');
      expect(inJapanese(sentence)).toBe(expected);
    }), { numRuns: 3_000 });
  });

  const whole = forms.filter(({ english, places }) => places.length === 0 && english.endsWith('.'));

  it('are said before another, whichever that is', () => {
    // Some are two sentences; one has a colon in it, as a form without words has.
    const [other] = whole.filter(({ english }) => english.includes(': '));
    expect(other).toBeDefined();
    for (const { english, japanese } of whole) expect(inJapanese(`${english} ${other?.english ?? ''}`)).toBe(`${japanese}${japanese.endsWith('。') ? '' : ' '}${other?.japanese ?? ''}`);
  });

  it('that follow each other are said one by one', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...whole), { minLength: 2, maxLength: 4 }), (some) => {
      const said = inJapanese(some.map(({ english }) => english).join(' '));
      expect(said).toBe(some.map(({ japanese }) => japanese).reduce((before, after) => (before.endsWith('。') ? `${before}${after}` : `${before} ${after}`)));
    }));
  });
});

describe('a sentence in Japanese', () => {
  it.each([
    ['There is no plan p-1.', '計画 p-1 はありません。'],
    ['The plan is draft: one cannot pause it.', '計画は下書きのため、一時停止できません。'],
    ['Not re-issued. The plan was never started: there is nothing to re-issue. Start it.', '再指示できませんでした。計画が開始されていないため、再指示の対象がありません。開始してください。'],
    ['It is time for the next wave. 3 of 5 installations are open, 2 wait.', '次の配布の時刻になりました。実行中のインストールは上限 5 件中 3 件、待機 2 件です。'],
    ['The installation of com.example.field 1.0 (100) failed. The device answered with an error: the device is full. (NSPOSIXErrorDomain 28)', 'com.example.field 1.0（100）のインストールに失敗しました。デバイスがエラーを返しました: デバイスの空き容量がありません。（NSPOSIXErrorDomain 28）'],
    ['Line 3, column "Branch": there is no branch "bonn": create it first, or name one that `wavecast branch list` shows', '3 行目「Branch」列: 拠点「bonn」はありません。先に作成するか、`wavecast branch list` に表示される拠点を指定してください'],
    ['branches.0.windows: it must not be empty', 'branches.0.windows: 空にできません'],
    ['operation: it must be "install" or "remove"', 'operation: "install"、"remove" を指定してください'],
    ['This is no IPA. Evidence: no central directory.', 'This is no IPA. Evidence: no central directory.'],
    ['Spring (p-1): running', 'Spring（p-1）: 配布中'],
    ['Spring (p-1): of a later release', 'Spring (p-1): of a later release'],
    ['A sentence of a later release.', 'A sentence of a later release.'],
    ['', ''],
  ])('%s', (english, japanese) => {
    expect(inJapanese(english)).toBe(japanese);
  });

  it('is that of the form with most text of its own', () => {
    const say = translator({ '{a} failed.': '{a}が失敗。', 'The plan {name} failed.': '計画{name}が失敗。' });
    expect([say('The plan Spring failed.'), say('It failed.')]).toEqual(['計画Springが失敗。', 'Itが失敗。']);
  });

  it('takes a time that grows as the text does, not faster', () => {
    const long = `${'The plan Spring is under way for '.repeat(3_000)}. And. `.repeat(2);
    const before = process.cpuUsage();
    expect(inJapanese(long)).toBe(long);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});

describe('the texts of a source', () => {
  const formsOf = (source: string): readonly string[] => textsOfSource(source, 'a.ts').map(({ form }) => form);

  it('are forms, with a place for each value', () => {
    expect(formsOf('const a = `There is no plan ${plan.id}.`;')).toEqual(['There is no plan {}.']);
    expect(textsOfSource('const a = `There is no plan ${plan.id}.`;', 'a.ts')[0]?.names).toEqual(['id']);
  });

  it('are one for each alternative of a condition, and whole where they are joined', () => {
    expect(formsOf('const a = `It ${late ? `ended on ${day}` : "ends"}.` + " Renew it.";')).toEqual(['It ended on {}. Renew it.', 'It ends. Renew it.']);
    expect(formsOf('const a = `Part ${index + 1} is another.`;')).toEqual(['Part {} is another.']);
  });

  it('are not those that nobody is shown', () => {
    const unseen = ['log.info("it is done", {});', 'new Error("cannot happen");', 'new WavecastError("internal", "The item has no key.");', 'z.string().meta({ description: "What it is." });', 'import "a b";', 'type A = "a b";'];
    expect(unseen.flatMap(formsOf).filter((form) => hasWords({ form, file: '', names: [] }))).toEqual([]);
  });
});
