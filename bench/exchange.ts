/**
 * What the exchange with devices costs: DynamoDB's calls and capacity, counted; CPU, latency and throughput, measured on the
 * local cloud, where clients, functions and stand-ins share the machine.
 */
import type { Run } from './benchmarks.ts';
import { prepare, rollOut, startAt, unitsPerInstall } from './cycles/rollout.ts';
import { measureOperations } from './dynamodb/operations.ts';
import type { OperationCost, OperationName } from './dynamodb/ledger.ts';
import { connectLoad, cpuPerConnect, cpuPerSignature, enrolReady, send } from './exchange/connects.ts';
import { pushesPerSecond } from './exchange/push.ts';
import { scepPerSecond } from './exchange/scep.ts';
import { hundredths, rounded } from './report.ts';
import { onStage } from './stage.ts';

const CYCLES = 50;
const CONCURRENT = 50;
const LOAD_SECONDS = 8;
const SCEP = 40;
const PUSHES = 5_000;
const branchId = 'exchange';

export const run: Run = async (say) => {
  const costs = await onStage(startAt, say, measureOperations);
  return onStage(startAt, say, async (stage) => {
    const { cloud, api } = stage;
    const version = await prepare(stage);
    const timed = await rollOut(stage, version.id, 'timed', CYCLES);
    const weighed = await rollOut(stage, version.id, 'weighed', CYCLES, true);
    const units = unitsPerInstall(weighed);

    await api.call('putBranch', { id: branchId, body: { name: branchId, timeZone: 'UTC', linkMbps: 1_000 } });
    const { link } = await api.call('invite', { body: { branchId, uses: CONCURRENT + SCEP } });
    const { requests, tokens } = await enrolReady(stage, `${link}/profile`, CONCURRENT);
    // What waits for a device that has just enrolled is handed out and put off; from then on there is nothing for it.
    for (const request of requests) await send(request);
    await connectLoad(requests, 2);
    say('Connect requests, one after another ...');
    const cpu = await cpuPerConnect(cloud, requests, 7);
    const signature = cpuPerSignature(requests, (await api.call('getAuthority')).current.certificate, cloud.clock.now(), 5);
    say(`Connect requests, ${CONCURRENT} devices at once ...`);
    const load = await connectLoad(requests, LOAD_SECONDS);
    const scep = await scepPerSecond(stage, `${link}/profile`, SCEP);
    say(`${PUSHES} pushes ...`);
    const push = await pushesPerSecond(cloud, tokens, PUSHES);
    return {
      figures: {
        idleCalls: callsOf(costs, 'idle'), handOutCalls: callsOf(costs, 'fetch install'), reportCalls: callsOf(costs, 'take install', 'exchange', 'prove'),
        writeUnitsPerInstall: rounded(units.write), readUnitsPerInstall: rounded(units.read),
        cyclesPerSecond: rounded(timed.installed / timed.seconds), cpuMsPerCycle: rounded(timed.cpuMilliseconds / timed.installed), p50Ms: rounded(load.p50), p99Ms: rounded(load.p99),
        connectsPerSecond: rounded(load.perSecond), cpuMsPerConnect: hundredths(cpu), signatureCpuMs: hundredths(signature), signatureShare: hundredths(signature / cpu),
        scepPerSecond: rounded(scep), pushesPerSecond: rounded(push),
      },
    };
  });
};

/** Of the operations named, the most. */
function callsOf(costs: readonly OperationCost[], ...names: readonly OperationName[]): number {
  return Math.max(...costs.filter(({ operation }) => names.includes(operation)).map(({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0)));
}
