import type { Line } from "./line.ts";
import type { Tree, TreeRow } from "./tree.ts";

const HEAD = { label: "OBJECT", ready: "READY", state: "STATE" };
const GAP = "   ";

/** The tree as lines in three columns, the names all visible, under a heading; none if there is nothing to show. */
export function treeLines({ rows, beside }: Tree): Line[] {
  if (rows.length === 0 && beside === "") return [];
  const width = Math.max(
    HEAD.label.length,
    ...rows.map(({ branch, label }) => branch.length + label.length),
  );
  const readyWidth = Math.max(HEAD.ready.length, ...rows.map(({ state }) => state.ready.length));
  const head: Line = [{
    text: `${HEAD.label.padEnd(width)}${GAP}${HEAD.ready.padEnd(readyWidth)}${GAP}${HEAD.state}`,
    tone: "dim",
  }];
  const lines = rows.map(({ branch, label, state }): Line => [
    { text: branch, tone: "dim" },
    { text: label.padEnd(width - branch.length) },
    { text: `${GAP}${state.ready.padEnd(readyWidth)}${GAP}` },
    { text: state.text, tone: state.tone },
  ]);
  return beside === ""
    ? [head, ...lines]
    : [head, ...lines, [{ text: `and ${beside}`, tone: "dim" }]];
}

/**
 * What changed from one tree to the next, a line for each object whose state is another. Pods are left out: the
 * Deployments count them.
 */
export function changedLines(before: Tree, after: Tree): Line[] {
  const known = new Map(before.rows.map((row) => [row.uid, row]));
  const lines: Line[] = [];
  for (const row of after.rows) {
    const previous = known.get(row.uid);
    known.delete(row.uid);
    if (row.kind === "Pod" || (previous && describe(previous) === describe(row))) continue;
    lines.push([
      { text: `${row.label}: ${row.state.ready} ready, ` },
      { text: row.state.text, tone: row.state.tone },
    ]);
  }
  for (const row of known.values()) {
    if (row.kind !== "Pod") lines.push([{ text: `${row.label}: ` }, { text: "gone", tone: "dim" }]);
  }
  return lines;
}

function describe({ state }: TreeRow): string {
  return `${state.ready} ${state.text}`;
}
