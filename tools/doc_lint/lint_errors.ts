export interface LintError {
  /** Path of the file from the root of the project. */
  path: string;
  line: number;
  /** Message and code of the error that `deno doc --lint` reports. */
  text: string;
}

const ERROR = /error\[([\w-]+)\]: (.*)\n +--> (.*?):(\d+):\d+$/gm;

/**
 * Returns the errors in the output of `deno doc --lint`, except errors that are relevant only for a published package:
 *
 * - A type member without a comment: the name of the member can be sufficient.
 * - A signature with a type that another file exports.
 * - A table of child kinds (`children.ts`) without a type annotation. An annotation would only repeat the row type.
 *
 * @param output standard error of `deno doc --lint`, without colours
 * @param root root of the project; paths in the output begin with it
 * @param sources text of each file by its path from the root
 */
export function lintErrors(
  output: string,
  root: string,
  sources: ReadonlyMap<string, string>,
): LintError[] {
  return [...output.matchAll(ERROR)].flatMap(([, code = "", message = "", file = "", at]) => {
    const path = file.startsWith(root) ? file.slice(root.length) : file;
    const line = Number(at);
    const text = sources.get(path) ?? "";
    if (code === "missing-jsdoc" && isMember(text, line)) return [];
    if (path.endsWith("/children.ts") && /^missing-(return|explicit)-type$/.test(code)) return [];
    if (code === "private-type-ref" && !declares(text, message)) return [];
    return [{ path, line, text: `${message} [${code}]` }];
  });
}

function isMember(text: string, line: number): boolean {
  return /^\s/.test(text.split("\n")[line - 1] ?? "");
}

function declares(text: string, message: string): boolean {
  const [, type = ""] = /private type '(\w+)'/.exec(message) ?? [];
  return new RegExp(`^(?:type|interface|class|enum) ${type}\\b`, "m").test(text);
}
