/** One app on one simulated device: what iOS would say of it, as the user and the network make it go. */

/** Apple's words for ManagedApplicationList, as far as an in-house app meets them. */
export type ManagedStatus = 'Queued' | 'Prompting' | 'PromptingForUpdate' | 'PromptingForManagement' | 'Installing' | 'Updating' | 'Managed' | 'UserRejected' | 'UpdateRejected' | 'ManagementRejected' | 'Failed';

/** Statuses that a device reports once and then forgets. */
const onlyOnce: ReadonlySet<ManagedStatus> = new Set<ManagedStatus>(['UserRejected', 'UpdateRejected', 'ManagementRejected', 'Failed']);

export interface InstalledVersion {
  readonly shortVersion: string;
  readonly version: string;
}

/** The device's own account of what became of the last instruction; `present`: none came, and MDM had put the app there before. */
export type AppAccount = 'untouched' | 'present' | 'waiting' | 'installed' | 'rejected' | 'failed' | 'removed';

export class DeviceApp {
  private status: ManagedStatus | undefined;
  private installedVersion: InstalledVersion | undefined;
  private outcome: AppAccount = 'untouched';

  /** It was there before any instruction; `managed` where MDM had put it there. */
  static present(version: InstalledVersion, managed: boolean): DeviceApp {
    const app = new DeviceApp();
    app.installedVersion = version;
    app.status = managed ? 'Managed' : undefined;
    app.outcome = managed ? 'present' : 'untouched';
    return app;
  }

  get account(): AppAccount {
    return this.outcome;
  }

  /** As the device sees it now, without having said it. */
  get state(): ManagedStatus | undefined {
    return this.status;
  }

  get installed(): InstalledVersion | undefined {
    return this.installedVersion;
  }

  get managed(): boolean {
    return this.status === 'Managed';
  }

  /** True while a former instruction is still being carried out. */
  get underWay(): boolean {
    return this.outcome === 'waiting';
  }

  /** An instruction arrived; answers the state that the device reports at once. */
  instructed(supervised: boolean): ManagedStatus {
    this.outcome = 'waiting';
    const prompt = this.installedVersion === undefined ? 'Prompting' : this.managed ? 'PromptingForUpdate' : 'PromptingForManagement';
    this.status = supervised ? 'Queued' : prompt;
    return this.status;
  }

  declined(): void {
    this.status = this.status === 'PromptingForUpdate' ? 'UpdateRejected' : this.status === 'PromptingForManagement' ? 'ManagementRejected' : 'UserRejected';
    this.outcome = 'rejected';
  }

  fetching(): void {
    this.status = this.installedVersion === undefined ? 'Installing' : 'Updating';
  }

  done(version: InstalledVersion): void {
    this.installedVersion = version;
    this.status = 'Managed';
    this.outcome = 'installed';
  }

  /** It was told to go, and is gone. */
  removed(): void {
    this.installedVersion = undefined;
    this.status = undefined;
    this.outcome = 'removed';
  }

  failed(): void {
    this.status = 'Failed';
    this.outcome = 'failed';
  }

  /** What ManagedApplicationList says now; a rejection or failure is said once. */
  report(): ManagedStatus | undefined {
    const said = this.status;
    if (said !== undefined && onlyOnce.has(said)) this.status = this.installedVersion === undefined ? undefined : 'Managed';
    return said;
  }

  /** Whether InstalledApplicationList shows it with Installing true: during a download it does, with a version of no meaning. */
  get installing(): boolean {
    return this.status === 'Installing' || this.status === 'Updating';
  }
}
