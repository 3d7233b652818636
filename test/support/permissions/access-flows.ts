/** Flows of the communication server's access logs. They come into the bucket as CloudFront puts them there. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { encodeAccessLog } from '../../../protocol/access-log.ts';
import { instructionName } from '../../../protocol/install-link.ts';
import { addBranch, addDevice, addVersion, instructionFor } from './seeds.ts';
import type { Flow, World } from './world.ts';

async function fetchesPackage(world: World): Promise<void> {
  const { test } = world;
  const { stores } = test;
  const branchId = await addBranch(world);
  const version = await addVersion(world);
  const instruction = instructionFor(world, await addDevice(world, branchId), version);
  await stores.instructions.issue(instruction, []);
  const [date = '', time = ''] = new Date(world.now()).toISOString().split(/[T.]/);
  const record = {
    date, time, 'sc-bytes': version.size, 'cs-method': 'GET', 'cs-uri-stem': `/packages/${version.digest}/${version.fileName}`, 'sc-status': 200, 'cs-uri-query': `i=${instructionName(instruction)}&b=${branchId}&Expires=1`, 'time-taken': '1.5',
  };
  await stores.s3.send(new PutObjectCommand({
    Bucket: test.name('AWS::S3::Bucket', 'BucketsLogs'), Key: `edge/LOCAL.${date}-${time.slice(0, 2)}.${world.ids.fresh().slice(0, 8)}.gz`, Body: encodeAccessLog(Object.keys(record), [record]), ContentType: 'application/gzip',
  }));
  await world.until('the download is known', async () => (await stores.instructions.instruction(instruction.waveId, instruction.deviceId))?.download?.bytes === version.size);
}

export const accessFlows: readonly Flow[] = [{ name: 'an access log comes', roles: ['Access'], run: fetchesPackage }];
