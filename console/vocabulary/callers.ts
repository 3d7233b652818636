/** Who did something, in words: a person by the name that they sign in with, a program as one. */
import { programOf } from '../../protocol/admin/caller.ts';
import { bilingual, speak, type Language } from '../language/words.ts';

const words = bilingual({ program: [(id: string) => `a program (${id})`, (id: string) => `プログラム（${id}）`] });

export function callerText(name: string, language: Language): string {
  const id = programOf(name);
  return id === undefined ? name : speak(words, language).program(id);
}
