/** The timeline of a device in the administrators' API. */
import * as z from 'zod';
import { deviceEventKinds } from '../../core/device/timeline.ts';
import { instructionKinds } from '../../core/instruction/instruction.ts';
import { instant, pageOf, paging } from './field.ts';
import { operation } from './operation.ts';

export const timelineEntry = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum([...deviceEventKinds, 'instruction']).meta({ description: '`instruction`: a step of one; its `code` is the state that it came to.' }),
  code: z.string().optional().meta({ description: 'Stable, for example `pinned-elsewhere`.' }),
  words: z.string(),
  by: z.string().optional().meta({ description: 'The person who did it.' }),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  instruction: z.object({
    id: z.string(), kind: z.enum(instructionKinds), waveId: z.string(), planId: z.string().optional(), bundleId: z.string(), shortVersion: z.string(), version: z.string(),
    attempt: z.number().int(), reasonCode: z.string().optional(), deviceCodes: z.array(z.string()).readonly().optional().meta({ description: 'The device\'s own codes.' }),
  }).optional(),
}).meta({ id: 'TimelineEntry' });

export const timelineOperations = {
  getTimeline: operation('devices', 'GET', 'devices/{id}/timeline', { summary: 'Everything that happened to a device, newest first: its enrolment, changes of its record, its instructions.', query: paging, answer: pageOf(timelineEntry) }),
};
