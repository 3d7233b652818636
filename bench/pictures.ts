/** `npm run pictures`: draws the pictures of docs/plans.md anew, each below its mark, `<!-- picture: NAME -->`. A test holds the page to them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../infra/bundle.ts';
import { drawScene } from './pictures/draw.ts';
import { scenes, type Scene } from './pictures/scenes.ts';

export const page = join(root, 'docs', 'plans.md');

/** The page with every marked block as it is drawn today. Throws where a mark names no scene, or a scene has no mark. */
export function withPictures(text: string): string {
  const named = new Map<string, Scene>(Object.entries(scenes));
  const drawn = text.replaceAll(/<!-- picture: (\S+) -->\n```\n(?:.*\n)*?```(?=\n)/g, (_, name: string) => {
    const scene = named.get(name);
    if (scene === undefined) throw new Error(`There is no scene ${name}, or the page shows it twice.`);
    named.delete(name);
    return `<!-- picture: ${name} -->\n\`\`\`\n${drawScene(scene).join('\n')}\n\`\`\``;
  });
  if (named.size > 0) throw new Error(`The page has no mark for ${[...named.keys()].join(', ')}.`);
  return drawn;
}

if (import.meta.main) {
  writeFileSync(page, withPictures(readFileSync(page, 'utf8')));
  process.stdout.write(`Drew the pictures of ${page}.\n`);
}
