/** How far an upload is: a bar with speed and time left on a terminal, two lines elsewhere. */
import { Presets, SingleBar } from 'cli-progress';
import type { Output } from './output.ts';
import { printable } from './text.ts';
import { bytes } from './when.ts';
import type { World } from './world.ts';

export interface UploadProgress {
  readonly resume: (kept: number) => void;
  readonly update: (sent: number) => void;
  readonly close: () => void;
}

/** Written to standard error: standard output is for the result. */
export function showUpload(world: World, output: Output, fileName: string, size: number): UploadProgress {
  if (!world.stderr.isTTY) {
    output.note(`Sending ${fileName} (${bytes(size)}) ...`);
    return { resume: (kept) => { output.note(`Going on where it stopped: ${bytes(kept)} of it have arrived.`); }, update: () => undefined, close: () => undefined };
  }
  const bar = new SingleBar({
    format: `${printable(fileName)}  {bar}  {percentage} %  {sent} of ${bytes(size)}  {speed}  {left}`, stream: process.stderr, hideCursor: true, clearOnComplete: false,
    barsize: Math.max(10, Math.min(40, world.stderr.columns() - fileName.length - 50)), fps: 8, linewrap: false,
  }, Presets.shades_classic);
  const begunAt = world.now();
  let kept = 0;
  bar.start(size, 0, { sent: bytes(0), speed: '', left: '' });
  return {
    resume: (before) => { kept = before; },
    update: (sent) => {
      const seconds = Math.max(0.001, (world.now() - begunAt) / 1_000);
      const speed = (sent - kept) / seconds;
      bar.update(sent, { sent: bytes(sent), speed: seconds < 1 ? '' : `${bytes(speed)}/s`, left: speed > 0 && seconds >= 1 ? `${Math.ceil((size - sent) / speed)} s left` : '' });
    },
    close: () => { bar.stop(); },
  };
}
