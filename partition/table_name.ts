import { DeletionFailure } from "./deletion_failure.ts";

/** Name or ARN of a table. The ARN may belong to another AWS account. */
export interface TableName {
  /** Name or ARN as the user wrote it; value of `TableName` in requests. */
  text: string;
  /** Name of the table, without the other parts of an ARN. */
  name: string;
}

const NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const ARN = /^arn:[a-z0-9-]+:dynamodb:([a-z0-9-]+):\d{12}:table\/([a-zA-Z0-9_.-]{3,255})$/;

/** Returns the region in the ARN of a table; undefined for a name. */
export function regionOfArn(text: string): string | undefined {
  return ARN.exec(text)?.[1];
}

/**
 * Parses the name or ARN of a table according to the naming rules of CreateTable.
 *
 * @throws {DeletionFailure} NotATable for an index, a stream or an invalid name
 */
export function parseTableName(text: string): TableName {
  if (/(^|\/)index\//.test(text)) {
    throw new DeletionFailure(
      "NotATable",
      `Cannot delete from "${text}": it is an index; give the name of its table`,
    );
  }
  const name = NAME.test(text) ? text : ARN.exec(text)?.[2];
  if (name !== undefined) return { text, name };
  throw new DeletionFailure(
    "NotATable",
    `Cannot delete from "${text}": it is neither a table name (3 to 255 characters: a-z, A-Z, 0-9, "_", "-", ".") nor a table ARN`,
  );
}

/**
 * Returns whether a list of globs allows a table; an empty list allows every table. In a glob, `*` matches any text and
 * `?` one character. A glob that begins with `arn:` is matched against the ARN, any other glob against the name.
 *
 * @param table name or ARN of the table; text of any other form is allowed only by an empty list
 */
export function tableAllowed(globs: readonly string[], table: string): boolean {
  if (globs.length === 0) return true;
  const name = NAME.test(table) ? table : ARN.exec(table)?.[2];
  if (name === undefined) return false;
  return globs.some((glob) => globPattern(glob).test(glob.startsWith("arn:") ? table : name));
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  return new RegExp(`^${source}$`);
}
