/** An instant in Kubernetes' MicroTime format, as Leases and Events want it: `2024-01-02T03:04:05.678000Z`. */
export function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/Z$/, "000Z");
}
