// @ts-types="../../types/std/cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";

export const USAGE =
  `Measures the costs of the operator on control planes that it starts on this machine.

Usage: deno task bench [--graphs 200,1000] [--converge 50] [--json FILE] [--logs FOLDER]
       deno task bench --partition [--items 10000,200000] [--json FILE]

The first form creates graphs and compares the operator with a bare loop that writes the same
objects. It reports requests, time, CPU time and memory, and takes some minutes.
The second form deletes partitions from DynamoDB Local and compares that with a bare loop of
BatchWriteItem calls. It needs JDK 17 or newer.

  --graphs LIST    numbers of graphs to measure (default: 200,1000)
  --converge N     number of graphs to measure until they are successful, with controllers and
                   simulated nodes; 0 skips this (default: 50)
  --partition      measure deletions of partitions instead of graphs
  --items LIST     numbers of items to delete, with --partition (default: 10000,200000)
  --json FILE      also write all figures to FILE
  --logs FOLDER    keep the logs of the operator in FOLDER
  --help           print this text

Examples:
  deno task bench --graphs 50 --converge 0
  deno task bench --partition --items 10000 --json figures.json`;

export interface BenchOptions {
  /** Numbers of graphs, in ascending order. The benchmark repeats its measurements for each number. */
  graphs: number[];
  /** Number of graphs for the measurement in `convergence.ts`, which needs kwok; 0 skips this measurement. */
  converge: number;
  /** If set, the benchmark measures partition deletions of these numbers of items (ascending) instead of graphs. */
  partitionItems?: number[];
  /** Path of the JSON file for the figures; if absent, the benchmark writes no file. */
  jsonFile?: string;
  /** Folder for the operator's logs; if absent, the logs are discarded. */
  logFolder?: string;
}

/**
 * Parses the command line of the benchmark.
 *
 * @throws if an argument is unknown or a number is invalid
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { _: positional, ...given } = parseArgs(args, {
    string: ["graphs", "converge", "json", "logs", "items"],
    boolean: ["partition"],
    default: { graphs: "200,1000", converge: "50", items: "10000,200000" },
  });
  const known = ["graphs", "converge", "json", "logs", "items", "partition"];
  const unknown = [
    ...positional.map(String),
    ...Object.keys(given).filter((key) => !known.includes(key)).map((key) => `--${key}`),
  ];
  if (unknown.length > 0) {
    throw new Error(`Unknown argument "${unknown[0]}": use --help to print the usage`);
  }
  return {
    graphs: sizes("graphs", String(given.graphs)),
    ...(given.partition === true && { partitionItems: sizes("items", String(given.items)) }),
    converge: integer("converge", String(given.converge), 0),
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
