import type { Line } from "./line.ts";
import { type RequestCounts, requestText } from "../cluster/request_counts.ts";

/** One step of the story, after it. */
export interface StepFigures {
  title: string;
  tookMs: number;
  /** Requests of the operator that may change something; undefined before there is an operator. */
  writes: number | undefined;
}

const HEAD = ["STEP", "TIME", "WRITES"] as const;
const GAP = "   ";

/** The figures as a table with a sum, and all requests of the operator below it. */
export function summaryLines(steps: readonly StepFigures[], requests: RequestCounts): Line[] {
  const total: StepFigures = {
    title: "all",
    tookMs: steps.reduce((sum, { tookMs }) => sum + tookMs, 0),
    writes: steps.reduce((sum, { writes = 0 }) => sum + writes, 0),
  };
  const rows = [...steps, total].map(({ title, tookMs, writes }) =>
    [title, secondsText(tookMs), writes === undefined ? "–" : String(writes)] as const
  );
  const width = (column: 0 | 1 | 2) =>
    Math.max(...[HEAD, ...rows].map((row) => row[column].length));
  const widths = [width(0), width(1), width(2)] as const;
  const text = (row: readonly [string, string, string]) =>
    [row[0].padEnd(widths[0]), row[1].padStart(widths[1]), row[2].padStart(widths[2])].join(GAP);
  return [
    [{ text: text(HEAD), tone: "dim" }],
    ...rows.map((row, index): Line => [{
      text: text(row),
      tone: index === steps.length ? "strong" : "plain",
    }]),
    [],
    [{ text: `Requests of the operator: ${requestText(requests)}` }],
    [{
      text: "Writes are all but GET, with events; lists and watches go by GET.",
      tone: "dim",
    }],
  ];
}

/** `0.4 s`, `12.3 s`. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
