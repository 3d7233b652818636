/** Asynchronous invocation by `admin`, and by itself: a slice of a job, and the request for the next one. */
import { carryOut } from '../core/job/carry-out.ts';
import { parseJobId } from '../core/ids.ts';
import { MINUTE } from '../core/ambient.ts';
import { clock, jobServices, log } from './services.ts';

const services = jobServices();

/** Ends well before the function's own end, so that what is in hand can be made safe. */
const SLICE = 10 * MINUTE;

export async function handler(event: { readonly jobId: unknown }): Promise<void> {
  const id = parseJobId(event.jobId);
  const slice = await carryOut(services, id, clock.now() + SLICE);
  // It would go on so for ever: failed, it is tried again and then kept where a person sees it.
  if (slice === 'nowhere') throw new Error('A slice of a job came to its end without a part of its file.');
  if (slice === 'further') await services.background.job(id);
  log.info('a slice of a job is done', { jobId: id, slice });
}
