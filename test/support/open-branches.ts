import type { ApiClient } from '../../cli/api-client.ts';
import type { FleetBranch } from '../../simulator/fleet.ts';

export interface OpenSite {
  readonly id: string;
  readonly timeZone: string;
  /** Devices that are invited. */
  readonly devices: number;
  /** They accept, whatever the fleet's mix is. */
  readonly obliging?: boolean;
}

/** Makes branches with a line of 100 Mbit/s, invites their devices, and says where a fleet finds its enrolment profiles. */
export async function openBranches(api: ApiClient, sites: readonly OpenSite[]): Promise<readonly FleetBranch[]> {
  const branches: FleetBranch[] = [];
  for (const { id, ...site } of sites) {
    await api.call('putBranch', { id, body: { name: id, timeZone: site.timeZone, linkMbps: 100 } });
    const { link } = await api.call('invite', { body: { branchId: id, uses: site.devices } });
    branches.push({ name: id, linkMbps: 100, ...site, profileUrl: `${link}/profile` });
  }
  return branches;
}
