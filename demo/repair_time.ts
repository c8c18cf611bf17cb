/** A row of a kubectl table whose first column is GENERATION, and the time at which kubectl printed the row. */
export interface TimedRow {
  text: string;
  atMs: number;
}

/**
 * Returns how many milliseconds an object differed from its first row; undefined until a later row equals the first one
 * again. If kubectl printed no row that differs, but the generation has increased, the function returns 0.
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
