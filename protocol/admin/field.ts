/** Fields that several nouns of the administrators' API share. */
import * as z from 'zod';
import { instructionStates } from '../../core/instruction/instruction.ts';

/** Milliseconds since the Unix epoch, UTC. */
export const instant = z.number().int().meta({ description: 'Milliseconds since the Unix epoch, UTC.' });

export const totals = z.partialRecord(z.enum(instructionStates), z.number().int()).meta({ description: 'Instructions by state; states with none are absent.' });

export const reasonTotals = z.record(z.string(), z.number().int()).meta({ description: 'Instructions by `state/reason code`; those without a reason are absent.' });

/** Devices by state: the four make up `devices`. */
export const deviceCounts = {
  devices: z.number().int(),
  expected: z.number().int().meta({ description: 'Devices that have not begun to enrol.' }),
  authenticated: z.number().int().meta({ description: 'Devices that have begun to enrol, and cannot be pushed to yet.' }),
  enrolled: z.number().int().meta({ description: 'How many of the devices are enrolled.' }),
  left: z.number().int().meta({ description: 'Devices that have left management.' }),
  unreachable: z.number().int().meta({ description: 'Enrolled devices that cannot be woken: Apple says that their address is no longer good, until they tell another.' }),
};

/** A page of a list. `next` goes back as the query parameter `after`; absent on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), next: z.string().optional() });
}

/** The query of a list. */
export const paging = z.strictObject({
  after: z.string().min(1).max(1_000).optional().meta({ description: 'The `next` of the page before.' }),
  limit: z.coerce.number<string | number>().int().min(1).max(200).default(100).meta({ description: 'At most so many items.' }),
});

/** Items kept by a program's own order: no page is needed, and none is asked for. */
export const nothing = z.strictObject({});

export const reason = z.object({
  code: z.string().meta({ description: 'Stable, for example `user-rejected`.' }),
  words: z.string(),
  deviceCodes: z.array(z.string()).readonly().optional().meta({ description: 'The device\'s own codes, as it sent them.' }),
});
