/** Flags by which namespaces change hands within seconds. All operators of one set must agree on them. */
export const SHORT_TIMES: string[] = [
  "--marker-freshness=400ms",
  "--write-timeout=800ms",
  "--handover-delay=1300ms",
  "--namespace-scope-lease-duration=3s",
  "--namespace-scope-lease-renew-interval=1s",
];
