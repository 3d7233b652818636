import type { PlainDict } from '../../../core/instruction/plain-value.ts';
import { plainDict } from '../../../protocol/plain-plist.ts';
import { text, type Read } from '../read.ts';

/** Property lists are kept as JSON text. */
export const readPlain: Read<PlainDict> = (value) => plainDict(JSON.parse(text(value)), 'What is stored');
