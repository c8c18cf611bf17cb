import type { Row } from "./row.ts";

const HEADINGS = [
  ...["figure", "graphs", "Go operator", "ours", "bare apply loop", "ours / apply"],
  ...["bare POST loop", "ours / POST", "target", "met"],
];

/** Returns the rows as a Markdown table with aligned columns, which is also readable as plain text. */
export function markdownTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.figure,
    row.graphs,
    row.recorded ?? "–",
    row.ours,
    row.apply ?? "–",
    row.applyRatio ?? "–",
    row.post ?? "–",
    row.postRatio ?? "–",
    row.target ?? "–",
    row.met === undefined ? "–" : row.met ? "yes" : "no",
  ]);
  return alignedTable(HEADINGS, cells);
}

export function alignedTable(headings: readonly string[], cells: readonly string[][]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0))
  );
  const text = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [text(headings), rule, ...cells.map(text)].join("\n");
}
