/** `node simulator/main.ts`: a fleet against a running server, from the command line. */
import { readFileSync, writeFileSync } from 'node:fs';
import tls from 'node:tls';
import { Command, InvalidArgumentError } from 'commander';
import { followClock, machineClock } from './clock.ts';
import { Fleet, type FleetBranch } from './fleet.ts';
import { usualMix } from './temper.ts';

interface Options {
  readonly branch: readonly FleetBranch[];
  readonly courier: number;
  readonly clock?: number;
  readonly ca?: string;
  readonly seed: string;
  readonly package: string;
  readonly report?: string;
}

function branchOf(text: string, before: readonly FleetBranch[] = []): readonly FleetBranch[] {
  const [name, timeZone, linkMbps, devices, profileUrl] = text.split(',');
  if (name === undefined || timeZone === undefined || profileUrl === undefined || !(Number(linkMbps) > 0) || !(Number(devices) > 0)) {
    throw new InvalidArgumentError('Use NAME,TIME-ZONE,LINK-MBPS,DEVICES,PROFILE-URL.');
  }
  return [...before, { name, timeZone, linkMbps: Number(linkMbps), devices: Number(devices), profileUrl }];
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new InvalidArgumentError('Use a port from 1 to 65535.');
  return value;
}

const program = new Command('simulator')
  .description('Simulated devices that enrol, are pushed to, and obey over HTTP. They live until Ctrl-C, then report.')
  .requiredOption('--branch <branch>', 'NAME,TIME-ZONE,LINK-MBPS,DEVICES,PROFILE-URL; may be repeated', branchOf)
  .requiredOption('--courier <port>', 'port of the push courier on 127.0.0.1', port)
  .option('--clock <port>', 'port of the local cloud\'s clock channel; the machine\'s time without it', port)
  .option('--ca <file>', 'PEM of a root certificate to trust besides the machine\'s')
  .option('--seed <text>', 'the same seed makes the same fleet', 'wavecast')
  .requiredOption('--package <name>', 'package name that the report is about')
  .option('--report <file>', 'where to write the fleet\'s own account, JSON');

program.parse();
const options = program.opts<Options>();
if (options.ca !== undefined) tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(options.ca, 'utf8')]);
const clock = options.clock === undefined ? machineClock() : await followClock(options.clock, 'simulator');
const fleet = await Fleet.assemble({ seed: options.seed, mix: usualMix, branches: options.branch, clock, courierPort: options.courier });
await fleet.enrol((done, of) => {
  process.stderr.write(`\rEnrolled ${done} of ${of}`);
});
process.stderr.write('\nAll devices are enrolled. Ctrl-C ends them.\n');
process.once('SIGINT', () => {
  const account = { devices: fleet.accounts(options.package), links: fleet.linkReports().map((link) => ({ ...link, bytesPerMinute: Object.fromEntries(link.bytesPerMinute) })) };
  if (options.report === undefined) process.stdout.write(`${JSON.stringify(account, undefined, 2)}\n`);
  else writeFileSync(options.report, JSON.stringify(account, undefined, 2));
  process.exit(0);
});
