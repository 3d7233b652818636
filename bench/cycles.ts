/** Install cycles per second of the local cloud (bench/cycles/rollout.ts says what one is), and the calls that they make. */
import type { Run } from './benchmarks.ts';
import { prepare, rollOut, startAt, WAVE, type Rollout } from './cycles/rollout.ts';
import { rounded, type Findings } from './report.ts';
import { onStage } from './stage.ts';

const DEVICES = 100;

export const run: Run = (say) => onStage(startAt, say, async (stage) => {
  const rollout = await rollOut(stage, (await prepare(stage)).id, 'head-office', DEVICES);
  const { installed, seconds } = rollout;
  return {
    facts: {
      cycles: installed, 'waves of': WAVE, 'real seconds': rounded(seconds), 'cycles per second': rounded(installed / seconds),
      'simulated minutes': rollout.simulatedMinutes, 'DynamoDB calls per cycle': rounded(rollout.calls.length / installed),
      'CPU ms per cycle': rounded(rollout.cpuMilliseconds / installed), 'devices enrolled per second': rounded(rollout.enrolledPerSecond),
    },
    rows: callsPerCycle(rollout),
  };
});

/** Which functions make the calls. */
function callsPerCycle({ calls, installed }: Rollout): NonNullable<Findings['rows']> {
  const counts = new Map<string, number>();
  for (const { functionName = '' } of calls) counts.set(functionName, (counts.get(functionName) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ function: name, 'DynamoDB calls': count, 'per cycle': rounded(count / installed) }));
}
