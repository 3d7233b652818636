/** Flows of jobs: each kind of file that is written in the background, and the parts of large ones. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createJobStore } from '../../../adapters/dynamodb/jobs.ts';
import { createJobSlices } from '../../../adapters/lambda/background.ts';
import { createJobFiles } from '../../../adapters/s3/job-files.ts';
import { createS3Client } from '../../../adapters/s3/s3-client.ts';
import { commandsOf } from '../../../core/instruction/commands-of.ts';
import { jobIdOf, newJob, type Job, type JobAsk } from '../../../core/job/job.ts';
import type { JobFiles } from '../../../core/job/store.ts';
import type { Plan } from '../../../core/rollout/plan.ts';
import { waveIdOf } from '../../../core/rollout/wave-id.ts';
import { addBranch, addDevice, addPlan, addRun, addVersion, addWave, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';

const CSV = 'text/csv; charset=utf-8';

/** A live plan for a branch with one device, which its first wave has instructed. */
async function planned(world: World) {
  const [version, branchId] = [await addVersion(world), await addBranch(world)];
  const device = await addDevice(world, branchId);
  const { plan, branch } = await addPlan(world, version, branchId);
  const run = await addRun(world, branch);
  const instruction = instructionFor(world, device, version, { planId: plan.id, waveId: waveIdOf(run, 1) });
  await addWave(world, run, [instruction]);
  await world.test.stores.instructions.issue(instruction, commandsOf(instruction, world.ids));
  await world.quiet();
  return { version, branchId, plan, run };
}

/** Has the function write a file, and looks whether it did. */
async function writes(world: World, ask: JobAsk): Promise<Job> {
  const jobs = createJobStore({ client: world.document, table: world.test.name('AWS::DynamoDB::Table', 'TablesPlans') });
  const job = newJob(ask, { id: jobIdOf(world.now(), world.ids), fileName: 'file.csv', by: 'ada', createdAt: world.now() });
  await jobs.addJob(job);
  await world.test.invoke('Job', { jobId: job.id });
  const done = await jobs.job(job.id);
  if (done?.state !== 'done') throw new Error(`The job is ${done?.state ?? 'gone'}.`);
  return done;
}

/** Totals that are not what the instructions come to. */
async function withWrongTotals(world: World): Promise<Plan> {
  const { plan, run } = await planned(world);
  const { runs } = world.test.stores;
  const { version } = await runs.waveTotals(run, 1);
  if (!(await runs.setWaveTotals(run, 1, version, { totals: { failed: 1 }, reasons: {} }, { totals: { issued: -1, failed: 1 }, reasons: {} }))) throw new Error('The totals were settled meanwhile.');
  return plan;
}

function filesAs(world: World, role: string): JobFiles {
  return createJobFiles({ client: createS3Client(world.clientOf(role)), bucket: world.test.name('AWS::S3::Bucket', 'BucketsReports') });
}

/** Begins a large file and gives it up, as a job does that cannot be finished. */
async function givesUp(world: World, role: string): Promise<void> {
  const files = filesAs(world, role);
  const upload = await files.begin(`exports/${world.ids.fresh()}.csv`, CSV);
  await files.part(upload, 1, Buffer.from('Name\n'));
  await files.abort(upload);
}

/** A large file that another call has completed is looked for. */
async function looksForWhatIsComplete(world: World, role: string): Promise<void> {
  const files = filesAs(world, role);
  const upload = await files.begin(`exports/${world.ids.fresh()}.csv`, CSV);
  const part = await files.part(upload, 1, Buffer.from('Name\n'));
  await files.put(upload.key, CSV, Buffer.from('Name\n'));
  await files.abort(upload);
  await files.complete(upload, [part]);
}

/** Asks for the next slice of a job that is not there: the function has nothing to do. */
async function goesOn(world: World, role: string): Promise<void> {
  const slices = createJobSlices(new LambdaClient(world.clientOf(role)), world.test.name('AWS::Lambda::Function', 'Job'));
  await slices(jobIdOf(world.now(), world.ids));
  await world.quiet();
}

export const jobFlows: readonly Flow[] = [
  {
    name: 'the distribution status of an app is written in the background', roles: ['Job'],
    async run(world) {
      const { version } = await planned(world);
      await writes(world, { kind: 'distribution-status', bundleId: version.bundleId, versionId: version.id });
    },
  },
  {
    name: 'the distribution status of a branch is written in the background', roles: ['Job'],
    async run(world) {
      const { version, branchId } = await planned(world);
      const { rows } = await writes(world, { kind: 'distribution-status', bundleId: version.bundleId, branchId });
      if (rows !== 1) throw new Error(`The file has ${rows} rows.`);
    },
  },
  {
    name: 'the targets of a plan are written in the background', roles: ['Job'],
    async run(world) {
      const { version, branchId } = await planned(world);
      // Whether it has instructed the device itself, before the other plan did, has to be looked for.
      const { plan } = await addPlan(world, version, branchId);
      const { counts } = await writes(world, { kind: 'plan-targets', planId: plan.id });
      if (counts['skipped'] !== 1) throw new Error(`The file says ${JSON.stringify(counts)}.`);
    },
  },
  {
    name: 'the totals of a plan are counted again and mended in the background', roles: ['Job'],
    async run(world) {
      const { counts } = await writes(world, { kind: 'plan-recount', planId: (await withWrongTotals(world)).id, mend: true });
      if (counts['mended'] !== 1) throw new Error(`The file says ${JSON.stringify(counts)}.`);
    },
  },
  {
    name: 'administrators: the totals of a plan are mended', roles: ['Admin'],
    async run(world) {
      const { counts } = await world.admin.call('recountPlan', { id: (await withWrongTotals(world)).id, body: { mend: true } });
      if (counts['mended'] !== 1) throw new Error(`The file says ${JSON.stringify(counts)}.`);
    },
  },
  {
    name: 'administrators: the targets of a plan as a file, and what was written', roles: ['Admin'],
    async run(world) {
      const { id } = await world.admin.call('exportPlanTargets', { body: { planId: (await planned(world)).plan.id } });
      await world.admin.call('getJob', { id });
      await world.admin.call('listJobs');
    },
  },
  // By the adapter, in the function's name: the functions themselves begin with parts at some 100,000 rows, and go on by another slice after minutes.
  { name: 'the large file of a job is given up', roles: ['Job'], run: (world) => givesUp(world, 'Job') },
  { name: 'the large file of a job is complete already', roles: ['Job'], run: (world) => looksForWhatIsComplete(world, 'Job') },
  { name: 'a job goes on', roles: ['Job'], run: (world) => goesOn(world, 'Job') },
  { name: 'administrators: a job goes on in the background', roles: ['Admin'], run: (world) => goesOn(world, 'Admin') },
];
