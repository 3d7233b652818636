/** What was measured on the links laid over what was foreseen: how far apart they are, in one number each. */
import { MINUTE, type Instant } from '../../core/ambient.ts';

/** Bytes by the instant at which their step begins. */
export type Course = ReadonlyMap<Instant, number>;

export interface Overlay {
  readonly foreseenBytes: number;
  readonly measuredBytes: number;
  /** Of the bytes that came, the share that came in other steps than foreseen, 0 to 1: half the sum of the differences, both courses brought to the same total. */
  readonly misplaced: number;
  /** The busiest step measured, divided by the busiest foreseen: above 1 the links were busier than the preview said. */
  readonly peakRatio: number;
}

/** Adds bytes of `[from, from + length)` to the steps that it lies in, evenly. */
export function addTo(course: Map<Instant, number>, from: Instant, length: number, bytes: number, step: number): void {
  for (let at = Math.floor(from / step) * step; at < from + length; at += step) {
    const within = Math.min(from + length, at + step) - Math.max(from, at);
    course.set(at, (course.get(at) ?? 0) + (bytes * within) / length);
  }
}

export const STEP = 15 * MINUTE;

export function overlay(foreseen: Course, measured: Course): Overlay {
  const [foreseenBytes, measuredBytes] = [sum(foreseen), sum(measured)];
  if (foreseenBytes === 0 || measuredBytes === 0) return { foreseenBytes, measuredBytes, misplaced: foreseenBytes === measuredBytes ? 0 : 1, peakRatio: foreseenBytes === measuredBytes ? 1 : Number.POSITIVE_INFINITY };
  let apart = 0;
  for (const at of new Set([...foreseen.keys(), ...measured.keys()])) apart += Math.abs((foreseen.get(at) ?? 0) / foreseenBytes - (measured.get(at) ?? 0) / measuredBytes);
  return { foreseenBytes, measuredBytes, misplaced: apart / 2, peakRatio: busiest(measured).bytes / busiest(foreseen).bytes };
}

function sum(course: Course): number {
  return [...course.values()].reduce((total, bytes) => total + bytes, 0);
}

/** The busiest step, the first of those alike. */
export function busiest(course: Course): { readonly at: Instant; readonly bytes: number } {
  let most = { at: 0, bytes: 0 };
  for (const [at, bytes] of [...course].toSorted(([a], [b]) => a - b)) if (bytes > most.bytes) most = { at, bytes };
  return most;
}
