/** What became of a test install, in the administrators' API. */
import * as z from 'zod';
import { operation } from './operation.ts';
import { instruction } from './plan.ts';

const testDevices = z.object({
  versionId: z.string(),
  items: z.array(instruction).readonly().meta({ description: 'One for each device instructed, by name.' }),
}).meta({ id: 'TestDevices' });

export const testInstallOperations = {
  getTestInstall: operation('apps', 'GET', 'test-installs/{id}', { summary: 'What became of a test install on each of its devices, by the `waveId` that it was answered with.', answer: testDevices }),
};
