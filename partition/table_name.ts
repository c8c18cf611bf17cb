import { DeletionFailure } from "./deletion_failure.ts";

/** A table as it may be given: by name, or by ARN (another account's, for example). */
export interface TableName {
  /** What requests carry: the text as it was given. */
  text: string;
  /** The table's own name. */
  name: string;
}

const NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const ARN = /^arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/([a-zA-Z0-9_.-]{3,255})$/;

/**
 * Reads the name or ARN of a table (naming rules of the CreateTable API).
 *
 * @throws {DeletionFailure} NotATable for an index, a stream and for whatever else cannot be a table
 */
export function parseTableName(text: string): TableName {
  if (/(^|\/)index\//.test(text)) {
    throw new DeletionFailure(
      "NotATable",
      `Cannot delete from "${text}": it is an index; items are deleted from their table, so name that`,
    );
  }
  const name = NAME.test(text) ? text : ARN.exec(text)?.[1];
  if (name !== undefined) return { text, name };
  throw new DeletionFailure(
    "NotATable",
    `Cannot take "${text}" for a table: give its name (3 to 255 of a-z, A-Z, 0-9, "_", "-", ".") or its ARN`,
  );
}

/**
 * Whether the operator's or the command's allow-list lets this table be worked on; an empty list allows every table.
 * In a glob `*` stands for any text and `?` for one character. A glob that begins with `arn:` is held against the
 * table's ARN, any other against its name, however the table was given.
 *
 * @param table name or ARN; what is neither is never allowed by a list
 */
export function tableAllowed(globs: readonly string[], table: string): boolean {
  if (globs.length === 0) return true;
  const name = NAME.test(table) ? table : ARN.exec(table)?.[1];
  if (name === undefined) return false;
  return globs.some((glob) => globPattern(glob).test(glob.startsWith("arn:") ? table : name));
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`);
}
