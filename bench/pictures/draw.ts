/** Draws a plan as `wavecast plan preview` prints it on a terminal of 80 columns: by the function of the API, and that of the command. */
import { Output } from '../../cli/output.ts';
import { previewLines } from '../../cli/preview-lines.ts';
import { parseBranchId, parsePlanId, type BranchId } from '../../core/ids.ts';
import type { PlanBranch } from '../../core/rollout/plan.ts';
import { previewPlan, type BranchNow, type PlanPreview } from '../../core/rollout/preview.ts';
import { preview as answer } from '../../protocol/admin/plan-preview.ts';
import type { Scene } from './scenes.ts';

const planId = parsePlanId('6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b');
const [WAVE_SIZE, INTERVAL_MINUTES] = [50, 5];
const BUDGET = 0.3;
/** What every preview ends with is said once, on the page. */
const LAST_WORDS = /^An estimate from/;

/** The lines that are printed, without colours. */
export function drawScene(scene: Scene): readonly string[] {
  const first = look(scene, new Map());
  const paces = new Map(first.branches.flatMap(({ branchId, advice }) => (advice?.kind === 'within' || advice?.kind === 'slower') && advice.pace !== undefined ? [[branchId, { waveSize: advice.pace.waveSize, intervalMinutes: advice.pace.intervalMinutes }] as const] : []));
  const lines = previewLines(plainOutput(), answer.parse(scene.advised === true ? look(scene, paces) : first)).map((line) => line.trimEnd());
  const end = lines.findIndex((line) => LAST_WORDS.test(line));
  return lines.slice(0, end === -1 ? undefined : end).join('\n').trimEnd().split('\n');
}

function look({ branches: sites, size, waveSize = WAVE_SIZE, canary, now }: Scene, paces: ReadonlyMap<BranchId, { readonly waveSize: number; readonly intervalMinutes: number }>): PlanPreview {
  const branches = sites.map(({ id, timeZone, window, openLimit }): PlanBranch => {
    const branchId = parseBranchId(id);
    const pace = paces.get(branchId);
    return { planId, branchId, timeZone, windows: [window], inventoryWindow: { from: '22:00', to: '24:00' }, ...(pace === undefined ? {} : { pace }), ...(openLimit === undefined ? {} : { openLimit }) };
  });
  const present = new Map(sites.map(({ id, devices, linkMbps }): [BranchId, BranchNow] => [parseBranchId(id), { devices, linkMbps }]));
  return previewPlan({ waveSize, intervalMinutes: INTERVAL_MINUTES, ...(canary === undefined ? {} : { canary }) }, branches, present, { size, budget: BUDGET }, Date.parse(now));
}

function plainOutput(): Output {
  const sink = { write: () => undefined, isTTY: true, columns: () => 80, rows: () => 24 };
  return new Output({ stdout: sink, stderr: sink, env: { NO_COLOR: '1' } }, false);
}
