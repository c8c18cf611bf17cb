import type { Line } from "../view/line.ts";

/** Items of a partition before and, once it is known, after. */
export interface PartitionCount {
  tenant: string;
  before: number;
  after?: number;
}

/** The partitions of a table with their items, one a line. */
export function countLines(counts: readonly PartitionCount[]): Line[] {
  const known = counts.some(({ after }) => after !== undefined);
  const row = (tenant: string, before: string, after: string) =>
    `${tenant.padEnd(12)}${before.padStart(8)}${known ? after.padStart(8) : ""}`;
  return [
    [{ text: row("PARTITION", known ? "BEFORE" : "ITEMS", "AFTER"), tone: "dim" }],
    ...counts.map(({ tenant, before, after = 0 }): Line => [{
      text: row(tenant, String(before), String(after)),
      tone: known && after !== before ? "good" : "plain",
    }]),
  ];
}
