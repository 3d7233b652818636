import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { page, withPictures } from '../../bench/pictures.ts';
import { scenes } from '../../bench/pictures/scenes.ts';

const text = readFileSync(page, 'utf8');
const mark = (name: string): string => `<!-- picture: ${name} -->\n\`\`\`\n`;

describe('the pictures of docs/plans.md', () => {
  it('are what previews draw today: `npm run pictures` draws them anew', () => {
    expect(withPictures(text)).toBe(text);
  });

  it('are drawn anew where they are not', () => {
    const [name] = Object.keys(scenes);
    const spoilt = text.replace(mark(name ?? ''), `${mark(name ?? '')}an old line with a \`command\`\n`);
    expect(spoilt).not.toBe(text);
    expect(withPictures(spoilt)).toBe(text);
  });

  it('fail where the page shows what nobody draws, or not all that is drawn', () => {
    expect(() => withPictures(`${text}\n${mark('sheep')}\`\`\`\n`)).toThrow('no scene sheep');
    expect(() => withPictures(text.replace('<!-- picture: canary -->', ''))).toThrow('no mark for canary');
  });

  it('have no line wider than a terminal of 80 columns', () => {
    const pictures = [...text.matchAll(/<!-- picture: \S+ -->\n```\n((?:.*\n)*?)```\n/g)].flatMap(([, lines = '']) => lines.split('\n'));
    expect(pictures.length).toBeGreaterThan(100);
    expect(pictures.filter((line) => line.length > 80)).toEqual([]);
  });
});
