/** Upper limits for the memory of the idle operator, in megabytes, keyed by number of graphs. */
const RESTED_MEGABYTES: Readonly<Record<number, number>> = {
  0: 60,
  200: 75,
  1000: 100,
  5000: 250,
};

/** Upper limits for figures of the benchmark. The benchmark reports other figures without checking them. */
export const TARGETS = {
  /** Mutating requests per graph, on a control plane without controllers. */
  requestsPerGraph: 16,
  requestsPerGraphUntilSuccessful: 20,
  /**
   * Limit for the elapsed time and the CPU time of the API server, relative to a loop that applies the same children
   * without the operator.
   */
  ratioToApply: 1.2,
  /** Limit for the operator's CPU time, relative to a loop that applies the same children without the operator. */
  clientRatioToApply: 2,
  /** Maximum growth factor of the operator's CPU time per graph, from the smallest to the largest number of graphs. */
  cpuPerGraphGrowth: 1.1,
  restedMegabytes: RESTED_MEGABYTES,
  /** Peak memory of the operator, divided by its memory when idle. */
  peakToRest: 1.3,
  outageMegabytes: 100,
  /** Additional memory that the operator may need because of foreign objects (objects of other users). */
  foreignMegabytes: 30,
  /** Time from the first list request after a restart until the operator is ready. */
  secondsFromFirstListToReady: 10,
  /** Time from an edit of a graph until its Deployment is changed. */
  editMs: { median: 100, p99: 300 },
  reconciliationsPerSharingComponent: 5,
  secondsToFirstList: 0.6,
};
