/**
 * Milliseconds of CPU that this thread has taken. How long work takes by the clock is also the machine's doing, which may be
 * busy with other things; what it costs is its own.
 */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
