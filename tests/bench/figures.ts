import type { ConvergenceFigures } from "./convergence.ts";
import type { CreationFigures } from "./creation.ts";
import type { BareLoopFigures } from "./bare_loop.ts";
import type { RestartFigures, ResyncFigures } from "./restart.ts";
import type { StartFigures } from "./start.ts";

/** All figures for one number of graphs. If a measurement failed, its figures are absent. */
export interface SizeFigures {
  graphs: number;
  bareLoop?: BareLoopFigures;
  creation?: CreationFigures;
  restart?: RestartFigures;
  resync?: ResyncFigures;
}

/** Machine, date and versions of a benchmark. */
export interface BenchEnvironment {
  date: string;
  /** Git commit, with suffix "+" if the working tree had uncommitted changes; "unknown" outside a git checkout. */
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

/** Contents of the JSON file that the benchmark writes. */
export interface BenchFigures extends BenchEnvironment {
  sizes: SizeFigures[];
  convergence?: ConvergenceFigures;
  start?: StartFigures;
  /** One text per failed measurement: its name and the error message. */
  failures: string[];
}
