/** What the timer of a wave's progress brings about: devices are asked that took their instruction so long ago. Repeated it does no harm. */
import type { Instant } from '../ambient.ts';
import { parseWaveId } from '../ids.ts';
import { LAST_ASKED } from '../instruction/deadline.ts';
import { pollCommands } from '../instruction/poll.ts';
import { nextPoll, pollTimer, pollWithin, SLOT, slotAt } from '../instruction/poll-times.ts';
import type { Due } from '../instruction/store.ts';
import { openOf, type CheckServices } from './check-wave.ts';

/** The timer that follows: of all of the wave that are open, so that one who was overlooked is found again. */
export async function checkProgress(services: Pick<CheckServices, 'instructions' | 'queue' | 'waker' | 'ids'>, due: Due, now: Instant): Promise<Due | undefined> {
  const waveId = parseWaveId(due.subject);
  const open = await openOf(services, waveId);
  const [sample] = open;
  // From then on the wave's own steps ask everybody, late or not.
  if (sample === undefined || now >= sample.deadline - LAST_ASKED) return undefined;
  const reached = Math.max(due.step, slotAt(now));
  const polls = open.flatMap((instruction) => {
    const slot = pollWithin(instruction, due.step, reached);
    return slot === undefined ? [] : [{ instruction, slot }];
  });
  const commands = polls.flatMap(({ instruction, slot }) => pollCommands(services, instruction, `progress-${slot}`, slot * SLOT, now));
  if (commands.length > 0) await services.queue.enqueue(commands);
  const wake = polls.flatMap(({ instruction: { enrolmentId } }) => enrolmentId ?? []);
  if (wake.length > 0) await services.waker.wake(wake);
  const next = nextPoll(open, reached);
  return next === undefined ? undefined : pollTimer(waveId, next);
}
