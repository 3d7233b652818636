import { outcomesOfTest } from '../../core/catalog/test-install.ts';
import { parseWaveId } from '../../core/ids.ts';
import type { Handler } from './admin-call.ts';
import { instructionAnswer } from './plan-progress.ts';

export const getTestInstall: Handler<'getTestInstall'> = async ({ services, id }) => {
  const { versionId, instructions } = await outcomesOfTest(services, parseWaveId(id));
  return { versionId, items: instructions.map(instructionAnswer) };
};
