import type { ConvergenceFigures } from "./convergence.ts";
import type { CreationFigures } from "./creation.ts";
import type { BareLoopFigures } from "./bare_loop.ts";
import type { RestartFigures, ResyncFigures } from "./restart.ts";
import type { StartFigures } from "./start.ts";

/** All figures for one number of graphs; those that could not be measured are absent. */
export interface SizeFigures {
  graphs: number;
  bareLoop?: BareLoopFigures;
  creation?: CreationFigures;
  restart?: RestartFigures;
  resync?: ResyncFigures;
}

/** Machine and time of a benchmark run. */
export interface BenchEnvironment {
  date: string;
  /** Ends with "+" if the working tree had other changes; "unknown" outside a checkout. */
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

/** Contents of the JSON file of a benchmark run. */
export interface BenchFigures extends BenchEnvironment {
  sizes: SizeFigures[];
  convergence?: ConvergenceFigures;
  start?: StartFigures;
  /** Measurements that failed, with the reason. */
  failures: string[];
}
