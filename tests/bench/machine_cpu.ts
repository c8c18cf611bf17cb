const TICKS_PER_SECOND = 100;

/**
 * CPU time that all cores together were not idle, since boot and in seconds, from /proc/stat, see proc_stat(5). Time
 * that the hypervisor gave to others counts as busy: it was not there for us.
 */
export function parseBusySeconds(stat: string): number {
  const [, line] = /^cpu +(.*)$/m.exec(stat) ?? [];
  const [user, nice, system, _idle, _ioWait, interrupts, softInterrupts, stolen] =
    line?.split(" ").map(Number) ?? [];
  // Guests, which follow, are in `user` and `nice` already.
  const ticks = [user, nice, system, interrupts, softInterrupts, stolen]
    .reduce<number>((sum, value) => sum + (value ?? NaN), 0);
  if (Number.isNaN(ticks)) throw new Error(`Cannot read CPU time from "${stat.split("\n")[0]}"`);
  return ticks / TICKS_PER_SECOND;
}
