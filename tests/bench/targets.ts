/** Memory of the operator at rest in megabytes, by number of graphs. */
const RESTED_MEGABYTES: Readonly<Record<number, number>> = {
  0: 60,
  200: 75,
  1000: 100,
  5000: 250,
};

/** Upper limits of the figures. A figure without a limit is only reported. */
export const TARGETS = {
  /** Mutating requests on a control plane without controllers. */
  requestsPerGraph: 16,
  requestsPerGraphUntilSuccessful: 20,
  /** Ratio of the time, and of the CPU time of the API server, to the bare apply loop. */
  ratioToApply: 1.2,
  /** Ratio of the CPU time of the operator to the CPU time of the client of the bare apply loop. */
  clientRatioToApply: 2,
  /** Growth of the operator's CPU time per graph from the smallest to the largest number of graphs. */
  cpuPerGraphGrowth: 1.1,
  restedMegabytes: RESTED_MEGABYTES,
  /** Ratio of the peak of the memory to the memory at rest. */
  peakToRest: 1.3,
  outageMegabytes: 100,
  /** Memory of the operator that foreign objects may need. */
  foreignMegabytes: 30,
  /** Time after a restart from the first list until the operator is ready. */
  secondsFromFirstListToReady: 10,
  /** Time of an edit until its Deployment is changed. */
  editMs: { median: 100, p99: 300 },
  reconciliationsPerSharingComponent: 5,
  secondsToFirstList: 0.6,
};
