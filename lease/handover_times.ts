/** Times of a cluster-wide operator that determine when its last write to a namespace ends. */
export interface WriterTimes {
  /** Maximum age of the list of marker Leases when a write is sent, in milliseconds. */
  freshnessMs: number;
  /** Maximum duration of a write, in milliseconds. */
  writeTimeoutMs: number;
}

/**
 * Returns whether all writes of a cluster-wide operator have ended when a namespace-scoped operator, which may have
 * another version or other flags, starts to write after its handover delay. A write may start until the list that the
 * cluster-wide operator requested just before the marker Lease was created is too old.
 */
export function isHandoverSafe(
  { freshnessMs, writeTimeoutMs }: WriterTimes,
  handoverDelayMs: number,
): boolean {
  return freshnessMs + writeTimeoutMs < handoverDelayMs;
}
