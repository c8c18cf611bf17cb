/** A row of a kubectl table whose first column is GENERATION, with the time at which kubectl printed the row. */
export interface TimedRow {
  text: string;
  atMs: number;
}

/**
 * Returns how many milliseconds after a drift the operator repaired it, according to the rows of `kubectl get --watch`.
 * Returns undefined if the rows do not show the repair, and 0 if they show the repair but not the drift.
 */
export function repairTimeMs([first, ...later]: readonly TimedRow[]): number | undefined {
  if (!first) return undefined;
  const wanted = parseRow(first);
  const changed = later.find((row) => parseRow(row).fields !== wanted.fields);
  const repaired = later.find((row) => {
    const { generation, fields } = parseRow(row);
    return fields === wanted.fields && generation > wanted.generation;
  });
  return repaired && repaired.atMs - (changed ?? repaired).atMs;
}

function parseRow({ text }: TimedRow): { generation: number; fields: string } {
  const [generation, ...fields] = text.trim().split(/\s+/);
  return { generation: Number(generation), fields: fields.join(" ") };
}
