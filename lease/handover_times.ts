/** Times of a cluster-wide operator that determine when its last write to a namespace ends. */
export interface WriterTimes {
  /** Maximum age of the list of marker Leases when a write is sent, in milliseconds. */
  freshnessMs: number;
  /** Maximum duration of a write, in milliseconds. */
  writeTimeoutMs: number;
}

/**
 * Returns whether all writes of a cluster-wide operator end before a namespace-scoped operator starts to write after
 * its handover delay. The two operators may have different versions and flags. In the worst case, the cluster-wide
 * operator lists the marker Leases just before the other operator creates its marker Lease. It then writes until its
 * list is too old.
 */
export function isHandoverSafe(
  { freshnessMs, writeTimeoutMs }: WriterTimes,
  handoverDelayMs: number,
): boolean {
  return freshnessMs + writeTimeoutMs < handoverDelayMs;
}
