import type { BenchFigures } from "./figures.ts";
import { figure } from "./row.ts";

/** Returns the notes below the table of figures, one note per element. */
export function footnotes(
  { commit, date, versions, machine, failures, sizes, start }: BenchFigures,
): string[] {
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  const otherProcesses = sizes.flatMap(({ graphs, bareLoop, creation }) =>
    bareLoop && creation
      ? [
        `${figure(bareLoop.cpu.otherCores)} during the bare loop and ` +
        `${figure(creation.untilAllExist.cpu.otherCores)} beside the operator at ${
          figure(graphs)
        } graphs`,
      ]
      : []
  );
  return [
    `Commit ${commit}, ${date.slice(0, 10)}; ${
      Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")
    }.`,
    `${machine.os}, ${machine.cpu}, ${machine.cores} cores, ${
      figure(machine.memoryBytes / 1e9, "GB")
    }; load before ${load(machine.loadBefore)}, after ${load(machine.loadAfter)}.`,
    "The operator, the API server, etcd and the benchmark share these cores. Times therefore depend on the machine and " +
    "its other load: compare them only with the bare loop of the same benchmark. Counts are exact.",
    "The bare loop applies the same objects over the same transport and with the same ServiceAccount, 16 in parallel. " +
    'The Go operator was measured earlier. MB are 10^6 bytes; "when idle" is half a minute after the last ' +
    "reconciliation, without a forced garbage collection.",
    ...(start
      ? [
        `The start-up time is the median of ${start.starts} starts of the code in the binary, without a cache of ` +
        "compiled code and with a simulated API server.",
      ]
      : []),
    ...(otherProcesses.length > 0
      ? [`Cores busy with other processes: ${otherProcesses.join(", ")}.`]
      : []),
    ...failures.map((failure) => `NOT MEASURED: ${failure}`),
  ];
}
