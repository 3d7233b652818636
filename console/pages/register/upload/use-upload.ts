/** An upload and the registration that follows it, as a page shows them. */
import { useEffect, useRef, useState } from 'react';
import type { BodyInputOf } from '../../../../protocol/admin/asked.ts';
import { failureOf, type ApiFailure } from '../../../api/failure.ts';
import { useConsole } from '../../../console.ts';
import { browserSender } from './browser-sender.ts';
import { placeFile } from './place-file.ts';
import { speedOf, withSample, type Sample } from './speed.ts';
import { arrived, uploadMemory } from './upload-state.ts';

export type About = Omit<BodyInputOf<'register'>, 'fileName'>;

export type UploadStanding =
  | { readonly is: 'idle' }
  /** `speed`: bytes a second, where it is known. `waiting`: the network is gone. */
  | { readonly is: 'sending'; readonly fileName: string; readonly sent: number; readonly size: number; readonly speed: number | undefined; readonly waiting: boolean }
  | { readonly is: 'registering' }
  | { readonly is: 'failed'; readonly failure: ApiFailure };

export interface Upload {
  readonly standing: UploadStanding;
  /** An upload that a reload or a failure has interrupted: choosing the same file goes on with it. */
  readonly interrupted: { readonly name: string; readonly fileName: string; readonly arrived: number; readonly size: number } | undefined;
  readonly start: (file: File, fileName: string, about: About) => void;
  /** What has arrived stays for the next try. */
  readonly stop: () => void;
}

export function useUpload(registered: (registrationId: string) => void): Upload {
  const { api } = useConsole();
  const [standing, setStanding] = useState<UploadStanding>({ is: 'idle' });
  const [memory] = useState(() => uploadMemory(sessionStorage));
  const going = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => { going.current?.abort(); }, []);
  useWarning(standing.is === 'sending' || standing.is === 'registering');
  const start = async (file: File, fileName: string, about: About): Promise<void> => {
    const controller = new AbortController();
    going.current?.abort();
    going.current = controller;
    const { signal } = controller;
    let samples: readonly Sample[] = [];
    const progress = ({ sent, waiting }: { readonly sent: number; readonly waiting: boolean }): void => {
      samples = withSample(samples, { at: performance.now(), sent });
      if (!signal.aborted) setStanding({ is: 'sending', fileName, sent, size: file.size, speed: waiting ? undefined : speedOf(samples), waiting });
    };
    try {
      setStanding({ is: 'sending', fileName, sent: 0, size: file.size, speed: undefined, waiting: false });
      await placeFile({ api, memory, sender: browserSender(file), progress, signal }, file, fileName);
      setStanding({ is: 'registering' });
      const { id } = await api.call('register', { body: { fileName, ...about } }, signal);
      setStanding({ is: 'idle' });
      registered(id);
    } catch (error) {
      setStanding(signal.aborted ? { is: 'idle' } : { is: 'failed', failure: failureOf(error) });
    }
  };
  const kept = standing.is === 'sending' || standing.is === 'registering' ? undefined : memory.recall();
  return {
    standing,
    interrupted: kept === undefined ? undefined : { name: kept.name, fileName: kept.fileName, size: kept.size, arrived: arrived(kept) },
    start: (file, fileName, about) => { void start(file, fileName, about); },
    stop: () => { going.current?.abort(); },
  };
}

/** Whoever leaves the page meanwhile is asked by the browser. */
function useWarning(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const warn = (event: BeforeUnloadEvent): void => { event.preventDefault(); };
    addEventListener('beforeunload', warn);
    return () => { removeEventListener('beforeunload', warn); };
  }, [wanted]);
}
