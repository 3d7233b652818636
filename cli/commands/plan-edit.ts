/** `wavecast plan edit`: what a draft says is changed, under the same id. */
import type { Command } from 'commander';
import { addCommand, type OpenScene } from '../command.ts';
import { editBody, type EditOptions } from '../edit-body.ts';
import { addPlanOptions } from '../plan-body.ts';
import { nobodyIn } from '../preview-lines.ts';

const EXAMPLE = '6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b';

export function addPlanEdit(group: Command, open: OpenScene): void {
  const command = addPlanOptions(addCommand(group, {
    usage: 'edit <id>',
    description: 'Change what a plan says that is a draft. What no flag names stays as it is; --branch names all branches that it is for from then on, and a branch that it had keeps its pace, limit and inventory window. With --file the draft says what stands there, and nothing of what it said before. Where somebody else changes it at the same time, the later of the two is refused.',
    examples: [
      `plan edit ${EXAMPLE} --name "Fieldwork for the north" --wave-size 20`,
      `plan edit ${EXAMPLE} --branch berlin=01:00-03:00 --branch tokyo=13:00-14:00`,
      `plan edit ${EXAMPLE} --version com.example.fieldwork@2.2.0 --no-canary`,
      `plan edit ${EXAMPLE} --devices devices.txt`,
      `plan edit ${EXAMPLE} --file plan.json`,
    ],
  }))
    .option('--no-canary', 'all devices at once, without a first stage')
    .option('--no-abort-rule', 'never pause for failures')
    .option('--all-devices', 'all devices of the branches, instead of tags or a list');
  // They are those of a new plan; here what is not named stays.
  for (const option of command.options) option.description = option.description.replace(/ \(default: .*\)$/, '');
  command.action(async (id: string, options: EditOptions, self: Command) => {
    const { api, output, world } = open(self);
    const client = await api();
    const body = await editBody(client, id, options, world);
    const plan = await client.call('editPlan', { id, body });
    output.result(plan, () => [plan.revision === body.revision ? `Plan ${plan.id} (${plan.name}) says that already.` : `Plan ${plan.id} (${plan.name}) is changed.`]);
    if (plan.versionWarning !== undefined) output.note(plan.versionWarning);
    if (plan.emptyBranches !== undefined) output.note(nobodyIn(plan.emptyBranches));
    output.note(`See what it will do with \`wavecast plan preview ${plan.id}\`, start it with \`wavecast plan start ${plan.id}\`.`);
  });
}
