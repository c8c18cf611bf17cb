import type { ConvergenceFigures } from "./convergence.ts";
import type { CreationFigures } from "./creation.ts";
import type { BareLoopFigures } from "./bare_loop.ts";
import type { RestartFigures, ResyncFigures } from "./restart.ts";
import type { StartFigures } from "./start.ts";

/** All raw figures for one number of graphs; what could not be measured is absent. */
export interface SizeFigures {
  graphs: number;
  bareLoop?: BareLoopFigures;
  creation?: CreationFigures;
  restart?: RestartFigures;
  resync?: ResyncFigures;
}

/** Where and when a run of the benchmark took place. */
export interface BenchEnvironment {
  date: string;
  /** With "+" when the working tree had other changes; "unknown" outside a checkout. */
  commit: string;
  versions: Record<string, string>;
  machine: {
    os: string;
    cpu: string;
    cores: number;
    memoryBytes: number;
    /** Load averages over 1, 5 and 15 minutes. */
    loadBefore: number[];
    loadAfter: number[];
  };
}

/** What a run of the benchmark writes as JSON. */
export interface BenchFigures extends BenchEnvironment {
  sizes: SizeFigures[];
  convergence?: ConvergenceFigures;
  start?: StartFigures;
  /** Measurements that could not be made, and why. */
  failures: string[];
}
