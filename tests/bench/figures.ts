import type { BareLoopFigures } from "./bare_loop.ts";
import type { ConvergenceFigures } from "./convergence.ts";
import type { CreationFigures } from "./creation.ts";
import type { EditFigures } from "./edits.ts";
import type { ForeignFigures } from "./foreign.ts";
import type { OutageFigures } from "./outage.ts";
import type { RestartFigures } from "./restart.ts";
import type { ResyncFigures } from "./resync.ts";
import type { SharedModelFigures } from "./shared_model.ts";
import type { StartFigures } from "./start.ts";

/** One measurement of the operator, and of loops that create the same children without the operator. */
export interface Round {
  apply?: BareLoopFigures;
  post?: BareLoopFigures;
  creation?: CreationFigures;
}

/** All figures for one number of graphs. If a measurement failed, its figures are absent. */
export interface SizeFigures {
  graphs: number;
  rounds: Round[];
  /** Size of etcd's database file in bytes when all graphs exist. */
  databaseBytes?: number;
  /** Resident memory of the idle operator in bytes, before any graph is created. */
  emptyBytes?: number;
  /** Resident memory of the idle operator in bytes, some time after the creation of the graphs. */
  restedBytes?: number;
  restarts?: RestartFigures[];
  resync?: ResyncFigures;
  edits?: EditFigures;
  outage?: OutageFigures;
  sharedModel?: SharedModelFigures;
  foreign?: ForeignFigures;
}

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
  /** One message for each failed measurement: the name of the measurement, and the error message. */
  failures: string[];
}
