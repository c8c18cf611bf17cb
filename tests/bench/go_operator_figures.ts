/** What was recorded of upstream's Go operator with its defaults, same graphs, on a machine of two cores. */
export interface RecordedFigures {
  requestsPerGraph?: number;
  requestsAfterRestart?: number;
  seconds: number;
  apiServerCpuSeconds: number;
  operatorCpuSeconds: number;
  residentMegabytes: number;
}

/** By number of graphs. */
export const GO_OPERATOR_FIGURES: Readonly<Record<number, RecordedFigures>> = {
  200: {
    requestsPerGraph: 102,
    requestsAfterRestart: 4_327,
    seconds: 60,
    apiServerCpuSeconds: 69,
    operatorCpuSeconds: 18,
    residentMegabytes: 131,
  },
  1000: {
    seconds: 401,
    apiServerCpuSeconds: 440,
    operatorCpuSeconds: 104,
    residentMegabytes: 294,
  },
};
