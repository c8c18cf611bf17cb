/** A row of a table with the columns GENERATION and others, and when it was printed. */
export interface TimedRow {
  text: string;
  atMs: number;
}

/**
 * Returns how long an object differed from its first row; undefined until it is as in the first row again. The
 * generation shows a change whose row was never printed: it then returns 0.
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
