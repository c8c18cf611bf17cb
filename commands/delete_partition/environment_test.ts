// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

Deno.test("the error about a value that is not UTF-8 does not contain the value", async () => {
  const command = `PARTITION_VALUE="$(printf '\\377tenant-7')" exec "$0" run -A "$1" ` +
    "delete-partition --table-name Orders --region eu-west-1 --skip-confirmation";
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-c", command, Deno.execPath(), MAIN],
  }).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals([code, text.includes("tenant-7")], [2, false]);
  assertStringIncludes(text, "PARTITION_VALUE: its value is not UTF-8");
});
