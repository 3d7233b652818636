/** `wavecast app settings`: how an app is installed, whatever its version. */
import type { Command } from 'commander';
import type { AnswerOf } from '../../protocol/admin/operations.ts';
import { checkBody } from '../check-body.ts';
import { addCommand, type OpenScene } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { readDictionary, typedKeys } from '../json-file.ts';
import { gather, yesOrNo } from '../options.ts';
import type { Facts } from '../output.ts';
import { dateTime } from '../when.ts';

interface SetOptions {
  readonly removeWithManagement?: boolean;
  readonly preventBackup?: boolean;
  readonly key?: readonly string[];
  /** False: --no-attributes. */
  readonly attributes?: string | false;
  readonly configuration?: string | false;
}

const APP = 'com.example.fieldwork';

export function addAppSettings(group: Command, open: OpenScene): void {
  addCommand(group, { usage: 'settings <package-name>', description: 'Show how an app is installed: what goes with every instruction to install it.', examples: [`app settings ${APP}`] })
    .action(async (id: string, _: object, command: Command) => {
      const { api, output } = open(command);
      const settings = await (await api()).call('getAppSettings', { id });
      output.facts(settings, factsOf(settings));
    });

  addCommand(group, {
    usage: 'set-settings <package-name>', description: 'Change how an app is installed, as far as it is named; the rest stays. Devices that fetch their instruction from a minute later on obey it.',
    examples: [`app set-settings ${APP} --configuration settings.json`, `app set-settings ${APP} --key Removable=false --prevent-backup no`, `app set-settings ${APP} --no-configuration`],
  })
    .option('--remove-with-management <yes|no>', 'the app goes when the management of the device ends', yesOrNo)
    .option('--prevent-backup <yes|no>', 'the app\'s data stays out of backups', yesOrNo)
    .option('--configuration <file>', 'what the app reads under com.apple.configuration.managed, from a JSON file; no place for secrets')
    .option('--no-configuration', 'the app gets none')
    .option('--attributes <file>', 'Apple\'s attributes (Removable, VPNUUID, AssociatedDomains, …), all of them, from a JSON file')
    .option('--key <name=value>', 'one of Apple\'s attributes; the others stay; may be repeated', gather)
    .option('--no-attributes', 'the app gets none')
    .action(async (id: string, options: SetOptions, command: Command) => {
      const { removeWithManagement, preventBackup, attributes, configuration, key } = options;
      if (Object.keys(options).every((name) => name === 'json' || name === 'url')) throw wrongUsage('It is not said what to change.', 'Give --configuration, --attributes, --key, --remove-with-management or --prevent-backup.');
      const { api, output } = open(command);
      const client = await api();
      const { bundleId: _, changedAt: __, changedBy: ___, ...before } = await client.call('getAppSettings', { id });
      const named = { ...(attributes === undefined ? before.attributes : await given('--attributes', attributes)), ...typedKeys(key) };
      const wanted = configuration === undefined ? before.configuration : await given('--configuration', configuration);
      const body = checkBody('putAppSettings', {
        revision: before.revision, removeWithManagement: removeWithManagement ?? before.removeWithManagement, preventBackup: preventBackup ?? before.preventBackup,
        ...(Object.keys(named).length === 0 ? {} : { attributes: named }), ...(wanted === undefined ? {} : { configuration: wanted }),
      }, { attributes: key === undefined ? '--attributes' : '--key', configuration: '--configuration' });
      const settings = await client.call('putAppSettings', { id, body });
      output.facts(settings, factsOf(settings));
    });
}

async function given(flag: string, value: string | false): Promise<Readonly<Record<string, unknown>> | undefined> {
  return value === false ? undefined : readDictionary(flag, value);
}

function factsOf({ bundleId, removeWithManagement, preventBackup, attributes = {}, configuration, changedAt, changedBy }: AnswerOf<'getAppSettings'>): Facts {
  return [
    ['Package name', bundleId], ['Removed with management', removeWithManagement], ['Kept out of backups', preventBackup],
    ...Object.entries(attributes).map(([name, value]): readonly [string, string] => [name, JSON.stringify(value)]),
    ['Configuration', configuration === undefined ? undefined : JSON.stringify(configuration)],
    ['Changed', changedAt === undefined ? undefined : `${dateTime(changedAt)}${changedBy === undefined ? '' : ` by ${changedBy}`}`],
  ];
}
