/** Upper limits of the operator's memory at rest, in megabytes, keyed by number of graphs. */
const RESTED_MEGABYTES: Readonly<Record<number, number>> = {
  0: 60,
  200: 75,
  1000: 100,
  5000: 250,
};

/** Upper limits of the figures. A figure without a limit is only reported. */
export const TARGETS = {
  /** Mutating requests per graph, on a control plane without controllers. */
  requestsPerGraph: 16,
  requestsPerGraphUntilSuccessful: 20,
  /**
   * The operator's figure divided by the figure of a loop that only applies the children. The limit applies to the
   * elapsed time and to the CPU time of the API server.
   */
  ratioToApply: 1.2,
  /** Ratio of the operator's CPU time to the CPU time of a loop that only applies the children. */
  clientRatioToApply: 2,
  /** CPU time of the operator per graph: the figure for the most graphs divided by the figure for the fewest graphs. */
  cpuPerGraphGrowth: 1.1,
  restedMegabytes: RESTED_MEGABYTES,
  /** Ratio of the operator's peak memory to its memory at rest. */
  peakToRest: 1.3,
  outageMegabytes: 100,
  /** Additional memory that the operator may need for foreign objects. */
  foreignMegabytes: 30,
  /** Time from the first list request after a restart until the operator is ready. */
  secondsFromFirstListToReady: 10,
  /** Time from an edit of a graph until its Deployment is changed. */
  editMs: { median: 100, p99: 300 },
  reconciliationsPerSharingComponent: 5,
  secondsToFirstList: 0.6,
};
