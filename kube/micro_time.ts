/** Returns a time in the MicroTime format of Leases and Events: `2024-01-02T03:04:05.678000Z`. */
export function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/Z$/, "000Z");
}
