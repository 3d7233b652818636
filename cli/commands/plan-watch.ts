/** `wavecast plan watch`: a plan, live. */
import { InvalidArgumentError, type Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { reissueWords } from '../reissue-words.ts';
import { watchPlan } from '../watch-plan.ts';

const EVERY_SECONDS = 3;

export function addPlanWatch(group: Command, open: OpenScene): void {
  addCommand(group, {
    usage: 'watch <id>', description: 'Follow a plan until it has finished. Ctrl-C ends the watching, not the plan. With --json: one JSON object on a line for every change.',
    examples: ['plan watch 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b', 'plan watch 6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b --json --every 30'],
  })
    .option('--every <seconds>', 'time between two looks', (text) => {
      if (!/^\d+(\.\d+)?$/.test(text) || Number(text) < 0.2) throw new InvalidArgumentError('Use seconds, at least 0.2.');
      return Number(text);
    }, EVERY_SECONDS)
    .action(async (id: string, { every }: { readonly every: number }, command: Command) => {
      const { api, output, world } = open(command);
      const client = await api();
      const last = await watchPlan(world, output, { every: every * 1_000, look: () => client.call('getPlan', { id }) });
      for (const words of last?.state === 'finished' ? reissueWords(last) : []) output.note(words);
    });
}
