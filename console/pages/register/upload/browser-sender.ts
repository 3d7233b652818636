/** Parts sent by the browser. `fetch` does not say how much has left, an XMLHttpRequest does. */
import { MINUTE } from '../../../../core/ambient.ts';
import { PartRefused, type PartSender } from './send-parts.ts';

/** A part that takes longer is tried again: a slow line and a large part. */
const LONGEST_PART = 15 * MINUTE;

export function browserSender(file: Blob): PartSender {
  return {
    put: (url, from, to, sent, signal) => new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const stop = (): void => { request.abort(); };
      const fail = (error: Error): void => {
        signal.removeEventListener('abort', stop);
        reject(error);
      };
      request.open('PUT', url);
      request.timeout = LONGEST_PART;
      request.upload.onprogress = ({ loaded }) => { sent(loaded); };
      request.onload = () => {
        const etag = request.getResponseHeader('etag');
        if (request.status !== 200 || etag === null) {
          fail(new PartRefused(request.status));
          return;
        }
        signal.removeEventListener('abort', stop);
        resolve(etag);
      };
      request.onerror = () => { fail(new Error('The communication server cannot be reached.')); };
      request.ontimeout = request.onerror;
      request.onabort = () => { fail(new Error('The upload was stopped.')); };
      signal.addEventListener('abort', stop, { once: true });
      // A slice is read as it is sent: parts of any size take no memory to speak of.
      request.send(file.slice(from, to));
    }),
    // A network that comes back is noticed at once.
    wait: (milliseconds, signal) => new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        removeEventListener('online', go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      addEventListener('online', go);
      signal.addEventListener('abort', go);
    }),
  };
}
