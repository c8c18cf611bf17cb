// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lintErrors } from "./lint_errors.ts";

const SOURCE = `import type { Clock } from "./clock.ts";
interface Inner {}
export interface Options {
  clock: Clock;
  inner: Inner;
}
`;

/** Returns the output of `deno doc --lint` for errors at lines of one file. */
function output(...errors: [code: string, message: string, line: number][]): string {
  return errors.map(([code, message, line]) =>
    `error[${code}]: ${message}\n  --> /project/kube/a.ts:${line}:3\n   |\n${line} | text\n`
  ).join("\n");
}

Deno.test("an exported symbol without a doc comment is an error, a member is not", () => {
  const message = "exported symbol is missing JSDoc documentation";
  const text = output(["missing-jsdoc", message, 3], ["missing-jsdoc", message, 4]);
  assertEquals(lintErrors(text, "/project/", new Map([["kube/a.ts", SOURCE]])), [
    { path: "kube/a.ts", line: 3, text: `${message} [missing-jsdoc]` },
  ]);
});

Deno.test("a private type of the same file is an error, an imported type is not", () => {
  const message = (type: string) => `public type 'Options' references private type '${type}'`;
  const text = output(
    ["private-type-ref", message("Clock"), 4],
    ["private-type-ref", message("Inner"), 5],
  );
  assertEquals(lintErrors(text, "/project/", new Map([["kube/a.ts", SOURCE]])), [
    { path: "kube/a.ts", line: 5, text: `${message("Inner")} [private-type-ref]` },
  ]);
});

Deno.test("the types of a table of child kinds are inferred", () => {
  const error = output(["missing-return-type", "exported function is missing a return type", 1]);
  const ofTable = error.replace("kube/a.ts", "reconcile/graph/children.ts");
  assertEquals(lintErrors(ofTable, "/project/", new Map()), []);
});

Deno.test("other errors are kept, and output without errors has none", () => {
  const text = output(["missing-return-type", "exported function is missing a return type", 1]);
  assertEquals(lintErrors(text, "/project/", new Map()).length, 1);
  assertEquals(lintErrors("Checked 3 files\n", "/project/", new Map()), []);
});
