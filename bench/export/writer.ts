/** What the function does with a job, in a process of its own, slice by slice: `TABLES S3 ACCESS-KEY SECRET ROWS`. Prints one JSON object. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createBranchStore } from '../../adapters/dynamodb/branches.ts';
import { createCatalogueStore } from '../../adapters/dynamodb/catalogue.ts';
import { createDeviceStore } from '../../adapters/dynamodb/devices.ts';
import { createDocumentClient } from '../../adapters/dynamodb/document-client.ts';
import { createInstructionStore } from '../../adapters/dynamodb/instructions.ts';
import { createInventoryStore } from '../../adapters/dynamodb/inventory.ts';
import { createJobStore } from '../../adapters/dynamodb/jobs.ts';
import { createPlanStore } from '../../adapters/dynamodb/plans.ts';
import { createRunStore } from '../../adapters/dynamodb/runs.ts';
import { createIdentifiers } from '../../adapters/identifiers.ts';
import { createJobFiles } from '../../adapters/s3/job-files.ts';
import { createS3Client } from '../../adapters/s3/s3-client.ts';
import { MINUTE } from '../../core/ambient.ts';
import { carryOut } from '../../core/job/carry-out.ts';
import { jobIdOf, newJob, type Job } from '../../core/job/job.ts';
import { openTable } from '../../functions/job-tables.ts';
import { BUNDLE_ID } from './fleet.ts';
import { tableNames } from './tables.ts';

const PARTS_A_SLICE = 2;

export interface Writing {
  readonly job: Job;
  readonly slices: number;
  /** Real ones, from the first request to the last; the process's start is not in them. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that the process had at any time: when a tenth of the rows was safe, and in the end. */
  readonly rssMb: { readonly atATenth: number; readonly inTheEnd: number };
}

async function main([tables = '', s3 = '', accessKeyId = '', secretAccessKey = '', rows = '']: readonly string[]): Promise<Writing> {
  const place = { region: 'eu-west-1', credentials: { accessKeyId, secretAccessKey } };
  const client = createDocumentClient(new DynamoDBClient({ ...place, endpoint: tables }));
  const table = (name: keyof typeof tableNames) => ({ client, table: tableNames[name] });
  // Time is up after a few parts: a function's ten minutes are enough for all of them, and nothing would be put together.
  let parts = 0;
  const clock = { now: () => Date.now() + (parts >= PARTS_A_SLICE ? 10 * MINUTE : 0) };
  const jobs = createJobStore(table('plans'));
  let atATenth = 0;
  const services = {
    // Looked at as they pass: a part is made safe with each.
    jobs: { ...jobs, async replaceJob(before: Job, after: Job) {
      parts += after.parts.length - before.parts.length;
      if (atATenth === 0 && after.rows >= Number(rows) / 10) atATenth = peak();
      return jobs.replaceJob(before, after);
    } },
    jobFiles: createJobFiles({ client: createS3Client({ ...place, endpoint: s3, forcePathStyle: true }), bucket: 'reports' }), clock,
    open: openTable({
      branches: createBranchStore(table('devices')), devices: createDeviceStore(table('devices')), plans: createPlanStore({ ...table('plans'), devicesTable: tableNames.devices }), runs: createRunStore(table('plans')),
      instructions: createInstructionStore({ ...table('instructions'), devicesTable: '' }), inventory: createInventoryStore(table('inventory')), catalogue: createCatalogueStore(table('catalogue')),
    }),
  };
  const began = performance.now();
  const before = process.cpuUsage();
  const begun = newJob({ kind: 'distribution-status', bundleId: BUNDLE_ID }, { id: jobIdOf(clock.now(), createIdentifiers()), fileName: 'status.csv', by: 'bench', createdAt: clock.now() });
  await jobs.addJob(begun);
  let slices = 1;
  while ((await carryOut(services, begun.id, clock.now() + 10 * MINUTE)) === 'further') {
    parts = 0;
    slices += 1;
  }
  const { user, system } = process.cpuUsage(before);
  const job = await jobs.job(begun.id);
  if (job?.state !== 'done') throw new Error(`The job ended as ${job?.state ?? 'nothing'}.`);
  return { job, slices, seconds: (performance.now() - began) / 1_000, cpuSeconds: (user + system) / 1_000_000, rssMb: { atATenth, inTheEnd: peak() } };
}

function peak(): number {
  return process.resourceUsage().maxRSS / 1_024;
}

main(process.argv.slice(2)).then((writing) => {
  process.stdout.write(JSON.stringify(writing));
}, (error: unknown) => {
  process.stderr.write(error instanceof Error ? error.stack ?? error.message : String(error));
  process.exitCode = 1;
});
