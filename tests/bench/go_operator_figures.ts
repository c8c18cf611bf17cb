/**
 * Figures of the Go operator with its default settings and the same graphs, measured on a machine with two cores.
 */
export interface RecordedFigures {
  requestsPerGraph?: number;
  requestsAfterRestart?: number;
  seconds: number;
  apiServerCpuSeconds: number;
  operatorCpuSeconds: number;
  residentMegabytes: number;
}

/** Figures of the Go operator by number of graphs. */
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
