// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { markdownTable } from "./table.ts";

Deno.test("each column is as wide as its widest cell, and a missing value is a dash", () => {
  const lines = markdownTable([
    {
      figure: "time",
      graphs: "200",
      ours: "12.3 s",
      apply: "10 s",
      applyRatio: "1.23 ×",
      post: "8 s",
      postRatio: "1.54 ×",
    },
    { figure: "requests", graphs: "1,000", recorded: "102", ours: "18", target: "≤ 20", met: true },
    { figure: "memory", graphs: "200", ours: "180 MB", target: "≤ 100 MB", met: false },
  ]).split("\n");
  assertEquals(lines, [
    "| figure   | graphs | Go operator | ours   | bare apply loop | ours / apply | bare POST loop | ours / POST | target   | met |",
    "| -------- | ------ | ----------- | ------ | --------------- | ------------ | -------------- | ----------- | -------- | --- |",
    "| time     | 200    | –           | 12.3 s | 10 s            | 1.23 ×       | 8 s            | 1.54 ×      | –        | –   |",
    "| requests | 1,000  | 102         | 18     | –               | –            | –              | –           | ≤ 20     | yes |",
    "| memory   | 200    | –           | 180 MB | –               | –            | –              | –           | ≤ 100 MB | no  |",
  ]);
});
