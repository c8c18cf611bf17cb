// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { changedRows } from "./kubectl.ts";

async function shown(...table: string[]): Promise<string[]> {
  const rows = await Array.fromAsync(changedRows(ReadableStream.from(table)));
  return rows.map(({ row }) => row);
}

Deno.test("a row that differs from the previous row of its object in AGE only is left out", async () => {
  const [heading, a, b, aReady] = [
    "EVENT      NAME   READY   AGE",
    "ADDED      a              0s",
    "ADDED      b              0s",
    "MODIFIED   a      True    1s",
  ] as const;
  assertEquals(await shown(heading, a, b, "MODIFIED   a              1s", aReady), [
    heading,
    a,
    b,
    aReady,
  ]);
});

Deno.test("the row of a deleted object is kept", async () => {
  const table = ["EVENT     NAME   AGE", "ADDED     a      0s", "DELETED   a      1s"];
  assertEquals(await shown(...table), table);
});

Deno.test("a table without AGE is compared in all its columns", async () => {
  const table = ["GENERATION   IMAGE", "1            a", "1            b"];
  assertEquals(await shown(...table, "1            b"), table);
});
