/** Another size of a picture: smaller by the average of what each pixel covers, larger by a smooth curve (Mitchell and Netravali, 1988). */
import type { Picture } from './decode-icon.ts';

interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** In colours multiplied by alpha, so that what is transparent lends no colour to its neighbours. */
export function resize({ size: from, rgba }: Picture, to: number): Picture {
  if (from === to) return { size: to, rgba };
  const taps = tapsOf(from, to);
  const source = multiplied(rgba);
  const across = new Float32Array(to * from * 4);
  for (let y = 0; y < from; y += 1) taps.forEach((row, x) => { gather(source, row, y * from * 4, 4, across, (y * to + x) * 4); });
  const both = new Float32Array(to * to * 4);
  taps.forEach((column, y) => {
    for (let x = 0; x < to; x += 1) gather(across, column, x * 4, to * 4, both, (y * to + x) * 4);
  });
  return { size: to, rgba: divided(both) };
}

/** The pixels of a line lie `stride` apart, the first at `start`. */
function gather(source: Float32Array, taps: readonly Tap[], start: number, stride: number, target: Float32Array, at: number): void {
  for (const { index, weight } of taps) {
    const pixel = start + index * stride;
    for (let channel = 0; channel < 4; channel += 1) target[at + channel] = (target[at + channel] ?? 0) + (source[pixel + channel] ?? 0) * weight;
  }
}

/** Which pixels of a line make each pixel of the new one; the weights of each are 1 together. */
function tapsOf(from: number, to: number): readonly (readonly Tap[])[] {
  const step = from / to;
  return Array.from({ length: to }, (_, at) => (step > 1 ? covered(at * step, (at + 1) * step, from) : around((at + 0.5) * step - 0.5, from)));
}

function covered(start: number, end: number, size: number): readonly Tap[] {
  const [first, last] = [Math.floor(start), Math.min(size, Math.ceil(end))];
  return Array.from({ length: last - first }, (_, n) => ({ index: first + n, weight: (Math.min(end, first + n + 1) - Math.max(start, first + n)) / (end - start) }));
}

function around(centre: number, size: number): readonly Tap[] {
  const before = Math.floor(centre);
  return [-1, 0, 1, 2].map((offset) => ({ index: Math.min(size - 1, Math.max(0, before + offset)), weight: mitchell(Math.abs(before + offset - centre)) }));
}

function mitchell(x: number): number {
  if (x < 1) return (7 * x ** 3 - 12 * x ** 2 + 16 / 3) / 6;
  return x < 2 ? ((-7 / 3) * x ** 3 + 12 * x ** 2 - 20 * x + 32 / 3) / 6 : 0;
}

function multiplied(rgba: Uint8Array): Float32Array {
  const pixels = new Float32Array(rgba);
  for (let at = 0; at < pixels.length; at += 4) scale(pixels, at, (rgba[at + 3] ?? 0) / 255);
  return pixels;
}

function divided(pixels: Float32Array): Uint8Array {
  const rgba = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    scale(pixels, at, alpha <= 0 ? 0 : 255 / alpha);
  }
  // Rounded and held between 0 and 255 by the type.
  rgba.set(pixels);
  return new Uint8Array(rgba.buffer);
}

function scale(pixels: Float32Array, at: number, factor: number): void {
  for (let channel = at; channel < at + 3; channel += 1) pixels[channel] = (pixels[channel] ?? 0) * factor;
}
