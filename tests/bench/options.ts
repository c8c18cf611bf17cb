// @ts-types="../../types/std/cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";

export const USAGE =
  `Measures the costs of the operator on control planes that it starts on this machine.

Usage: deno task bench [--graphs 200,1000] [--rounds 3] [--converge 50] [--outage 60]
                       [--foreign 1000] [--profile FOLDER] [--json FILE] [--logs FOLDER]
       deno task bench --partition [--items 10000,200000] [--json FILE]

The first form creates graphs and compares the operator with two bare loops that create the same
objects: one by server-side apply, one by POST. It reports requests, time, CPU time and memory, and
takes some minutes for 200 graphs.
The second form deletes partitions from DynamoDB Local and compares that with a bare loop of
BatchWriteItem calls. It needs JDK 17 or newer. docs/benchmark.md explains each figure.

  --graphs LIST    numbers of graphs to measure (default: 200)
  --rounds N       number of measurements of the loops and the operator, for medians (default: 3)
  --converge N     number of graphs to measure until they are successful, with controllers and
                   simulated nodes; 0 skips this (default: 0)
  --outage N       length in seconds of an outage of the API server; 0 skips this (default: 60)
  --foreign N      number of ServiceAccounts, of pull Secrets and of RoleBindings of other users
                   to add to the cluster; 0 skips this (default: 0)
  --profile FOLDER also write a CPU profile and a heap summary of the operator to FOLDER
  --partition      measure deletions of partitions instead of graphs
  --items LIST     numbers of items to delete, with --partition (default: 10000,200000)
  --json FILE      also write all figures to FILE
  --logs FOLDER    keep the logs of the operator in FOLDER
  --help           print this text

Examples:
  deno task bench --graphs 50 --rounds 1 --outage 0
  deno task bench --graphs 200,1000,5000,10000 --rounds 1 --foreign 1000 --converge 50
  deno task bench --partition --items 10000 --json figures.json`;

export interface BenchOptions {
  /** Numbers of graphs, in ascending order. The benchmark repeats its measurements for each number. */
  graphs: number[];
  /** Number of rounds. Each round measures the creation of graphs with and without the operator. */
  rounds: number;
  /** Number of graphs for measuring the time until all graphs are ready, which needs kwok; 0 skips this measurement. */
  converge: number;
  /** Length of the outage of the API server; 0 skips this measurement. */
  outageSeconds: number;
  /** Number of foreign objects (objects of other users) of each kind; 0 skips this measurement. */
  foreign: number;
  /** Folder for the profiles of the operator; if absent, no operator is profiled. */
  profileFolder?: string;
  /**
   * Numbers of items in a DynamoDB partition, in ascending order. If set, the benchmark deletes partitions of these
   * sizes, and creates no graphs.
   */
  partitionItems?: number[];
  /** Path of the JSON file for the figures; if absent, the benchmark writes no file. */
  jsonFile?: string;
  /** Folder for the operator's logs; if absent, the logs are discarded. */
  logFolder?: string;
}

const DEFAULTS = {
  graphs: "200",
  rounds: "3",
  converge: "0",
  outage: "60",
  foreign: "0",
  items: "10000,200000",
};
const TEXTS = ["json", "logs", "profile"];

/**
 * Parses the command line of the benchmark.
 *
 * @throws if an argument is unknown or a number is invalid
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { _: positional, ...given } = parseArgs(args, {
    string: [...Object.keys(DEFAULTS), ...TEXTS],
    boolean: ["partition"],
    default: DEFAULTS,
  });
  const known = [...Object.keys(DEFAULTS), ...TEXTS, "partition"];
  const unknown = [
    ...positional.map(String),
    ...Object.keys(given).filter((key) => !known.includes(key)).map((key) => `--${key}`),
  ];
  if (unknown.length > 0) {
    throw new Error(`Unknown argument "${unknown[0]}": use --help to print the usage`);
  }
  for (const flag of TEXTS) {
    if (given[flag] === "") throw new Error(`Cannot parse --${flag} "": it must be a path`);
  }
  return {
    graphs: sizes("graphs", String(given.graphs)),
    rounds: integer("rounds", String(given.rounds), 1),
    ...(given.partition === true && { partitionItems: sizes("items", String(given.items)) }),
    converge: integer("converge", String(given.converge), 0),
    outageSeconds: integer("outage", String(given.outage), 0),
    foreign: integer("foreign", String(given.foreign), 0),
    ...(given.profile ? { profileFolder: String(given.profile) } : {}),
    ...(given.json ? { jsonFile: String(given.json) } : {}),
    ...(given.logs ? { logFolder: String(given.logs) } : {}),
  };
}

function sizes(flag: string, text: string): number[] {
  const numbers = text.split(",").map((part) => integer(flag, part, 1));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function integer(flag: string, text: string, minimum: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < minimum) {
    throw new Error(
      `Cannot parse --${flag} "${text}": it must be an integer of at least ${minimum}`,
    );
  }
  return value;
}
