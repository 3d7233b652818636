/** A point in time: in the branch's zone where it happens in one, and in the viewer's where that is another. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import { useFormats, useWords } from '../language/language.tsx';
import { viewerZone } from '../language/formats.ts';
import { bilingual } from '../language/words.ts';

const words = bilingual({ yours: [(text: string) => `${text} your time`, (text: string) => `閲覧地の時刻: ${text}`] });

/** `zone`: IANA name; the viewer's where it is absent. */
export function Moment({ at, zone }: { readonly at: number; readonly zone?: string }): ReactNode {
  const { moment } = useFormats();
  const say = useWords(words);
  const own = viewerZone();
  return (
    <time dateTime={new Date(at).toISOString()}>
      {moment(at, zone ?? own)}
      {zone === undefined || zone === own ? null : <span className="second"><Box variant="span" fontSize="body-s" color="text-body-secondary">{say.yours(moment(at, own))}</Box></span>}
    </time>
  );
}
