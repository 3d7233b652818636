/** Files that administrators placed: what belongs to no version can be registered, or removed. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { useAnswer } from '../../api/answers.ts';
import { useDeed } from '../../api/deeds.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import type { Column } from '../../list/column.ts';
import { PagedList } from '../../list/paged-list.tsx';
import type { ListPlace } from '../../list/place.ts';
import { Answered, Empty } from '../../parts/answered.tsx';
import { useConfirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useRefusal } from '../../session/use-session.ts';
import { storageWords } from './storage-words.ts';

type Placed = AnswerOf<'listFiles'>['items'][number];

const PAGE_SIZE = 50;
const START: ListPlace = { text: '', filters: {}, sort: undefined, descending: false, page: 1, after: undefined };

/** The second list of its page: the address is the first one's. */
export function PlacedFiles(): ReactNode {
  const say = useWords(storageWords);
  const [place, go] = useState(START);
  const columns = useColumns();
  const answer = useAnswer('listFiles', { query: { limit: PAGE_SIZE, ...(place.after === undefined ? {} : { after: place.after }) } }, { turns: true });
  return (
    <Answered answer={answer}>
      {(page) => <PagedList title={say.files} columns={columns} idOf={({ fileName }) => fileName} answer={page} place={place} go={go} empty={<Empty title={say.noFiles}>{say.noFilesText}</Empty>} />}
    </Answered>
  );
}

function useColumns(): readonly Column<Placed>[] {
  const say = useWords(storageWords);
  const { bytes } = useFormats();
  return [
    { id: 'file', header: say.file, cell: ({ fileName }) => <span className="breakable">{fileName}</span> },
    { id: 'size', header: say.size, cell: ({ size }) => bytes(size) },
    { id: 'placed', header: say.placed, cell: ({ placedAt }) => <Moment at={placedAt} /> },
    { id: 'belongs', header: say.belongs, cell: ({ version }) => (version === undefined ? say.noVersion : <Link href={`/versions/${version.id}`}><span className="breakable">{version.bundleId} {version.shortVersion} ({version.version})</span></Link>) },
    { id: 'deeds', header: say.deeds, cell: ({ fileName, version }) => (version === undefined ? <span className="line"><RegisterLink fileName={fileName} /><RemoveButton fileName={fileName} /></span> : '-') },
  ];
}

/** A file that was placed and registered by nobody yet, or was refused and may be tried again. */
function RegisterLink({ fileName }: { readonly fileName: string }): ReactNode {
  const say = useWords(storageWords);
  const refusal = useRefusal('operator');
  return <Button variant="inline-link" ariaLabel={say.registerOf(fileName)} {...(refusal === undefined ? { href: `/register?${new URLSearchParams({ file: fileName }).toString()}` } : { disabled: true, disabledReason: refusal })}>{say.register}</Button>;
}

function RemoveButton({ fileName }: { readonly fileName: string }): ReactNode {
  const say = useWords(storageWords);
  const confirm = useConfirm();
  const refusal = useRefusal('operator');
  const remove = useDeed('removeFile', { done: () => say.removed(fileName), changes: ['listFiles', 'getStorage', 'listAudit'] });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: say.removeTitle(fileName), text: say.removeText, devices: 0, verb: say.remove })) remove.mutate({ body: { fileName } });
  };
  return <Button variant="inline-link" ariaLabel={say.removeOf(fileName)} loading={remove.isPending} disabled={refusal !== undefined} {...(refusal === undefined ? {} : { disabledReason: refusal })} onClick={() => { void ask(); }}>{say.remove}</Button>;
}
