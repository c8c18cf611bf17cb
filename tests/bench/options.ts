// @ts-types="../../types/std/cli.d.ts"
import { parseArgs } from "@std/cli/parse-args";

export interface BenchOptions {
  /** Sizes to measure, in graphs, in ascending order. */
  graphs: number[];
  /** How many graphs are taken on to `successful`, with controllers and kwok; 0 leaves that out. */
  converge: number;
  /** Measures the deletion of partitions of so many items instead, in ascending order; absent: it does not. */
  partitionItems?: number[];
  /** Where the raw figures go as JSON. */
  jsonFile?: string;
  /** Folder for the operator's logs, which are thrown away without it. */
  logFolder?: string;
}

/**
 * Reads the command line of the benchmark.
 *
 * @throws for an unknown flag and for a number that is none
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
    ...Object.keys(given).filter((k) => !known.includes(k)),
  ];
  if (unknown.length > 0) {
    throw new Error(
      `Cannot understand "${
        unknown[0]
      }": the flags are --graphs 200,1000, --converge 50, --json FILE, --logs FOLDER, --partition, --items 10000,200000`,
    );
  }
  return {
    graphs: sizes("graphs", String(given.graphs)),
    ...(given.partition === true && { partitionItems: sizes("items", String(given.items)) }),
    converge: wholeNumber("converge", String(given.converge), 0),
    ...(given.json ? { jsonFile: String(given.json) } : {}),
    ...(given.logs ? { logFolder: String(given.logs) } : {}),
  };
}

function sizes(flag: string, text: string): number[] {
  const numbers = text.split(",").map((part) => wholeNumber(flag, part, 1));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < least) {
    throw new Error(
      `Cannot read --${flag} "${text}": it must be a whole number of at least ${least}`,
    );
  }
  return value;
}
