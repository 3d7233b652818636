/** An application's icon, fetched from the communication server's own copy; its first letter where it has none. */
import { useState, type ReactNode } from 'react';
import { MINUTE } from '../../../core/ambient.ts';
import { useAnswer } from '../../api/answers.ts';

/** A link is good for a quarter of an hour. */
const FRESH = 10 * MINUTE;
const SIZE = 40;

export function AppIcon({ title, version }: { readonly title: string; readonly version: { readonly id: string; readonly iconWidth?: number | undefined } | undefined }): ReactNode {
  const has = version?.iconWidth !== undefined;
  const { data } = useAnswer('getVersionIcon', { id: version?.id ?? '', query: { size: '57' } }, { wait: !has, fresh: FRESH });
  const [broken, setBroken] = useState<string | undefined>(undefined);
  if (has && data !== undefined && data.link !== broken) return <img className="icon" src={data.link} width={SIZE} height={SIZE} alt="" onError={() => { setBroken(data.link); }} />;
  return <span className="icon-none" aria-hidden="true" style={{ height: SIZE, width: SIZE }}>{title.slice(0, 1).toUpperCase()}</span>;
}
