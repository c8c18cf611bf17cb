import type { BenchFigures } from "./figures.ts";
import { figure } from "./row.ts";

/** What has to be said beside the table, a line each. */
export function footnotes(
  { commit, date, versions, machine, failures, sizes, start }: BenchFigures,
): string[] {
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  const others = sizes.flatMap(({ graphs, bareLoop, creation }) =>
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
    "Operator, API server, etcd and whoever creates the graphs share these cores: times depend on the machine and on " +
    "what else runs there, so only their relation to the bare loop of the same run means something. Counts are exact.",
    "The bare loop applies the same objects over the same transport with the same account, 16 in flight. " +
    'The Go operator\'s figures are recorded ones, of another run. MB are 10^6 bytes; "at rest" is half a minute ' +
    "after the last pass, without a collection forced.",
    ...(start
      ? [
        `The start is the median of ${start.starts}, of the code that is in the binary, without a cache of compiled code; ` +
        "the API server there is a stand-in.",
      ]
      : []),
    ...(others.length > 0 ? [`Cores busy with other things: ${others.join(", ")}.`] : []),
    ...failures.map((failure) => `NOT MEASURED: ${failure}`),
  ];
}
