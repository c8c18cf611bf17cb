import type { BenchFigures, SizeFigures } from "./figures.ts";
import { figure, spreadFigure } from "./row.ts";
import { COMPONENTS_PER_GRAPH } from "./sample_graph.ts";
import { spread } from "./spread.ts";

export function footnotes(
  { commit, date, versions, machine, failures, sizes, start }: BenchFigures,
): string[] {
  const load = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(" ");
  return [
    `Commit ${commit}, ${date.slice(0, 10)}; ${
      Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(", ")
    }.`,
    `${machine.os}, ${machine.cpu}, ${machine.cores} cores, ${
      figure(machine.memoryBytes / 1e9, "GB")
    }; load before ${load(machine.loadBefore)}, after ${load(machine.loadAfter)}.`,
    "The operator, the API server, etcd and the benchmark share these cores. Times therefore depend on the machine and " +
    "its other load: compare them only with the bare loops of the same benchmark. Counts are exact.",
    "The operator runs as the bundle of the binary, in `deno run`, because a binary cannot be compiled everywhere. Its " +
    "memory therefore includes what the command line of Deno needs.",
    "The bare loops create the same objects over the same transport and with the same ServiceAccount, 16 in parallel: " +
    "one by server-side apply, one by POST. The CPU time of their client includes the watches of the benchmark.",
    "A figure of several rounds is the median, with the smallest and the largest value in parentheses. The ratios are " +
    'those of the same round. The Go operator was measured earlier. MB are 10^6 bytes; "at rest" is half a minute ' +
    "after the last reconciliation, without a forced garbage collection.",
    ...(start
      ? [
        `The start-up time is the median of ${start.starts} starts of the code in the binary, without a cache of ` +
        "compiled code and with a simulated API server.",
      ]
      : []),
    ...sizes.flatMap(sizeNotes),
    ...failures.map((failure) => `NOT MEASURED: ${failure}`),
  ];
}

function sizeNotes({ graphs, rounds, databaseBytes }: SizeFigures): string[] {
  const others = (values: (number | undefined)[]) => {
    const cores = spread(values.filter((value) => value !== undefined));
    return cores ? spreadFigure(cores) : "–";
  };
  const apply = others(rounds.map((round) => round.apply?.cpu.otherCores));
  const post = others(rounds.map((round) => round.post?.cpu.otherCores));
  const operator = others(rounds.map(({ creation }) => creation?.untilAllExist.cpu.otherCores));
  return [
    `${figure(graphs)} graphs: ${COMPONENTS_PER_GRAPH} components each, rounds: ${rounds.length}` +
    (databaseBytes === undefined ? "" : `, database of etcd ${figure(databaseBytes / 1e6, "MB")}`) +
    `; cores busy with other processes: apply loop ${apply}, POST loop ${post}, operator ${operator}.`,
  ];
}
