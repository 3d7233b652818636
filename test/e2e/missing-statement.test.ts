import { describe, expect, it } from 'vitest';
import { DemoClient } from '../../local/demo/admin-client.ts';
import { assemblyWithout } from '../support/edited-assembly.ts';
import { bootTestCloud, type TestCloud } from '../support/local-cloud.ts';

/** Boots from the template without a statement; `work` gets the cloud, and what its functions wrote. */
async function withoutStatement(statement: readonly [role: string, action: string, resource: string], work: (boot: () => Promise<TestCloud>, written: () => string) => Promise<void>): Promise<void> {
  const assembly = assemblyWithout(...statement);
  let written = '';
  let test: TestCloud | undefined;
  try {
    await work(async () => {
      test = await bootTestCloud({ pace: 'real', assembly: assembly.folder, functionLog: (_, text) => { written += text; } });
      return test;
    }, () => written);
  } finally {
    await test?.cloud.stop();
    assembly.remove();
  }
}

describe('a template without a statement that is needed', () => {
  it('boots a cloud in which what needs it is refused, and nothing else', async () => {
    await withoutStatement(['Admin', 'dynamodb:PutItem', 'TablesAudit'], async (boot) => {
      const test = await boot();
      const admin = new DemoClient(test.cloud);
      await expect(admin.call('putBranch', { id: 'berlin', body: { name: 'Berlin', timeZone: 'Europe/Berlin', linkMbps: 100 } })).rejects.toThrow('The request could not be carried out.');
      expect(test.faults).toEqual([expect.stringMatching(/^AdminRole\w+ PutItem: AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role\/AdminRole\w+\/local is not authorized to perform: dynamodb:PutItem on resource: \S+table\/TablesAudit\w+ /)]);
      // What cannot be audited is not done.
      expect(await admin.call('listBranches')).toEqual({ items: [] });
    });
  });

  it('is not deployed where CloudFormation waits for a function that needs it', async () => {
    await withoutStatement(['SigningKey', 'secretsmanager:PutSecretValue', 'SecretsLink'], async (boot, written) => {
      await expect(boot()).rejects.toThrow('EdgeKeyPair');
      expect(written()).toContain('AccessDeniedException');
    });
  });

  it('is not deployed where AWS asks for it, and the message names role, action and resource', async () => {
    await withoutStatement(['Waker', 'sqs:ReceiveMessage', 'QueuesWake'], async (boot) => {
      await expect(boot()).rejects.toThrow(/AWS would refuse to deploy this: WakerRole\w+ lacks sqs:ReceiveMessage on arn:aws:sqs:\S+QueuesWake\w+; WakerRole\w+ lacks sqs:DeleteMessage/);
    });
  });
});
