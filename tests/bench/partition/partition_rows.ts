import { median } from "../median.ts";
import { atMost, figure, ratio } from "../row.ts";
import type { PartitionFigures } from "./measure_partition.ts";

const MEGABYTE = 1e6;
const MAX_TIME_RATIO = 1.15;
/**
 * Maximum growth factor of the peak memory from the smallest to the largest partition. The limit is above 1, because
 * garbage collection affects the peak.
 */
const MAX_MEMORY_RATIO = 1.1;

export const PARTITION_HEADINGS = [
  ...["figure", "items", "ours", "bare loop", "ours / bare loop", "target", "met"],
];

/** Returns table rows with the medians of all rounds for each number of items. */
export function partitionRows(rounds: readonly PartitionFigures[]): string[][] {
  const sizes = [...new Set(rounds.map(({ items }) => items))].map((items) =>
    medians(rounds.filter((round) => round.items === items))
  );
  const [small, large] = [sizes[0], sizes.at(-1)];
  return [
    ...sizes.flatMap((size) => {
      const limit = atMost(size.seconds / size.bareLoopSeconds, MAX_TIME_RATIO, " × the bare loop");
      return [
        [
          ...["time to delete", figure(size.items), figure(size.seconds, "s")],
          ...[figure(size.bareLoopSeconds, "s"), ratio(size.seconds, size.bareLoopSeconds) ?? "–"],
          ...[limit.text, limit.met ? "yes" : "no"],
        ],
        row("time from start to exit of the process", size.items, figure(size.processSeconds, "s")),
        row("memory (RSS) at its peak", size.items, figure(size.peakBytes / MEGABYTE, "MB")),
      ];
    }),
    ...(small && large && small !== large ? [growth(small, large)] : []),
  ];
}

function growth(small: PartitionFigures, large: PartitionFigures): string[] {
  const times = large.peakBytes / small.peakBytes;
  const limit = atMost(times, MAX_MEMORY_RATIO, " ×");
  return [
    "growth of the memory",
    `${figure(small.items)} → ${figure(large.items)}`,
    `${figure(times)} ×`,
    ...["–", "–", limit.text, limit.met ? "yes" : "no"],
  ];
}

function row(name: string, items: number, ours: string): string[] {
  return [name, figure(items), ours, "–", "–", "–", "–"];
}

function medians(rounds: readonly PartitionFigures[]): PartitionFigures {
  const of = (measure: (round: PartitionFigures) => number) => median(rounds.map(measure));
  return {
    items: of(({ items }) => items),
    seconds: of(({ seconds }) => seconds),
    processSeconds: of(({ processSeconds }) => processSeconds),
    peakBytes: of(({ peakBytes }) => peakBytes),
    bareLoopSeconds: of(({ bareLoopSeconds }) => bareLoopSeconds),
  };
}
