import { secondsText } from "./elapsed.ts";
import { type RequestCounts, requestText } from "./request_counts.ts";

export interface StepFigures {
  title: string;
  tookMs: number;
  /** Number of mutating requests of the operator; undefined for the steps before the operator starts. */
  writes: number | undefined;
}

type Row = [title: string, time: string, writes: string];

/**
 * Returns a table of all steps with a row of totals. The lines below the table show the operator's requests by HTTP
 * method.
 */
export function summaryLines(steps: readonly StepFigures[], requests: RequestCounts): string[] {
  const total: StepFigures = {
    title: "all",
    tookMs: steps.reduce((sum, { tookMs }) => sum + tookMs, 0),
    writes: steps.reduce((sum, { writes = 0 }) => sum + writes, 0),
  };
  const rows: Row[] = [
    ["STEP", "TIME", "WRITES"],
    ...[...steps, total].map(({ title, tookMs, writes }): Row => [
      title,
      secondsText(tookMs),
      writes === undefined ? "–" : String(writes),
    ]),
  ];
  const width = (column: 0 | 1 | 2) => Math.max(...rows.map((row) => row[column].length));
  const [titles, times, writes] = [width(0), width(1), width(2)];
  return [
    ...rows.map((row) =>
      `${row[0].padEnd(titles)}   ${row[1].padStart(times)}   ${row[2].padStart(writes)}`
    ),
    "",
    `Requests of the operator: ${requestText(requests)}`,
    "WRITES counts all requests except GET, including events. Lists and watches are GET requests.",
  ];
}
