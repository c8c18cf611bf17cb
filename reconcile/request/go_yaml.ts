import { isJsonObject } from "../../kube/json.ts";

/**
 * Returns a JSON value as YAML, in the format of the YAML library of the Go operator: sorted keys, two spaces, lists
 * without indentation, and quotes only where YAML 1.1 needs them. The format matters because the profiling Job contains
 * this text, and must equal the Job of the Go operator.
 */
export function goYaml(value: unknown): string {
  return block(value, "").replace(/^\n/, "") + "\n";
}

/** Returns the YAML text of a value that follows `key:` or `-`. The text starts with a space or a line break. */
function block(value: unknown, indent: string): string {
  if (Array.isArray(value) && value.length > 0) {
    return value.map((item) => `\n${indent}-${afterDash(item, `${indent}  `)}`).join("");
  }
  if (isJsonObject(value) && Object.keys(value).length > 0) return `\n${mapping(value, indent)}`;
  return ` ${scalar(value, indent)}`;
}

/** Returns the YAML text of a list item. The text starts on the line of the dash. */
function afterDash(item: unknown, indent: string): string {
  return block(item, indent).replace(/^\n */, " ");
}

function mapping(value: Record<string, unknown>, indent: string): string {
  return Object.keys(value).sort(byKey).map((key) => {
    const nested = value[key];
    // As in the Go library, list items have the same indentation as the key of their list.
    const inner = Array.isArray(nested) ? indent : `${indent}  `;
    return `${indent}${scalar(key, indent)}:${block(nested, inner)}`;
  }).join("\n");
}

/** Returns whether a string needs no quotes, because YAML 1.1 reads it as the same string. */
export function isPlainText(value: string): boolean {
  return text(value, "") === value;
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === "string") return text(value, indent);
  if (Array.isArray(value)) return "[]";
  if (isJsonObject(value)) return "{}";
  return JSON.stringify(value ?? null);
}

/** Words that YAML 1.1 reads as a boolean, null, or a merge key. */
const WORDS =
  /^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|null|Null|NULL|~|<<|)$/;
const NUMBER = /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OTHER_NUMBER =
  /^(?:[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[bB][01_]+|[-+]?0[oO][0-7_]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt ])/;
/** Texts that YAML does not accept without quotes. */
const NOT_PLAIN = /^[#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|^\s|\s$|:(?:\s|$)|\s#/;
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;

function text(value: string, indent: string): string {
  const isOtherType = [WORDS, NUMBER, OTHER_NUMBER, BASE_60, TIMESTAMP].some((one) =>
    one.test(value)
  );
  if (CONTROL.test(value) || /[ \t]\n/.test(value)) return JSON.stringify(value);
  if (value.includes("\n")) return literal(value, indent);
  if (isOtherType) return JSON.stringify(value);
  return NOT_PLAIN.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}

/** Returns a multi-line text in the literal block style of YAML. */
function literal(value: string, indent: string): string {
  const content = value.replace(/\n+$/, "");
  const breaks = value.length - content.length;
  const hint = /^[ \n]/.test(value) ? "2" : "";
  const chomping = breaks === 0 ? "-" : breaks === 1 && content !== "" ? "" : "+";
  // At the top level, `indent` is empty, but a literal block must be indented.
  const lines = content.split("\n").map((line) => line === "" ? "" : `${indent || "  "}${line}`);
  return `|${hint}${chomping}\n${lines.join("\n")}${"\n".repeat(Math.max(0, breaks - 1))}`;
}

/** Compares keys as the Go library does: letters come after other characters, and numbers are compared by value. */
function byKey(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one = "", other = ""] = [a[i], b[i]];
    if (one === other) continue;
    const [isLetter, isOtherLetter] = [one, other].map((char) => /\p{L}/u.test(char));
    if (isLetter !== isOtherLetter) return isLetter ? 1 : -1;
    if (isLetter) return one < other ? -1 : 1;
    const [number, otherNumber] = [a, b].map((key) =>
      Number(/^\d*/.exec(key.slice(i))?.[0] || "0")
    );
    if (number !== otherNumber) return (number ?? 0) - (otherNumber ?? 0);
    return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
