import { DeletionFailure } from "./deletion_failure.ts";

/** Name or ARN of a table. An ARN may refer to another AWS account. */
export interface TableName {
  /** Value of `TableName` in requests: the original text. */
  text: string;
  /** Name without the rest of an ARN. */
  name: string;
}

const NAME = /^[a-zA-Z0-9_.-]{3,255}$/;
const ARN = /^arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:\d{12}:table\/([a-zA-Z0-9_.-]{3,255})$/;

/**
 * Parses the name or ARN of a table by the naming rules of CreateTable.
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
  const name = NAME.test(text) ? text : ARN.exec(text)?.[1];
  if (name !== undefined) return { text, name };
  throw new DeletionFailure(
    "NotATable",
    `Cannot delete from "${text}": not a table name (3 to 255 of a-z, A-Z, 0-9, "_", "-", ".") or table ARN`,
  );
}

/**
 * Returns whether an allow-list contains a table; an empty list allows every table. In a glob, `*` matches any text and
 * `?` one character. A glob that begins with `arn:` is matched against the ARN, any other against the name.
 *
 * @param table name or ARN; a non-empty list never allows any other text
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
