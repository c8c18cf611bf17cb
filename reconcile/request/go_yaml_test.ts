// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { goYaml } from "./go_yaml.ts";

Deno.test("mappings are sorted, and lists stand at the indentation of their key", () => {
  const value = { b: { list: [1, { y: 1, x: "a" }, ["i", "j"]], empty: {}, none: [] }, a: true };
  assertEquals(
    goYaml(value),
    [
      "a: true",
      "b:",
      "  empty: {}",
      "  list:",
      "  - 1",
      "  - x: a",
      '    "y": 1',
      "  - - i",
      "    - j",
      "  none: []",
      "",
    ].join("\n"),
  );
});

Deno.test("texts are quoted only where YAML 1.1 would read another type", () => {
  const lines = goYaml({
    version: "0.20.0",
    float: "0.20",
    integer: "7",
    hex: "0x1f",
    flag: "yes",
    nothing: "",
    day: "2026-01-02",
    time: "12:30",
    image: "nvcr.io/a/b:1",
    colon: "a: b",
    hash: "a #b",
    star: "*",
    quote: "'it''s'",
    tab: "a\tb",
    bell: "\u0007",
  }).split("\n");
  assertEquals(lines.sort(), [
    "",
    'bell: "\\u0007"',
    "colon: 'a: b'",
    'day: "2026-01-02"',
    'flag: "yes"',
    'float: "0.20"',
    "hash: 'a #b'",
    'hex: "0x1f"',
    "image: nvcr.io/a/b:1",
    'integer: "7"',
    'nothing: ""',
    "quote: '''it''''s'''",
    "star: '*'",
    "tab: a\tb",
    'time: "12:30"',
    "version: 0.20.0",
  ]);
});

Deno.test("keys are sorted with numbers by value, and with letters after other characters", () => {
  const keys = ["aB", "a_b", "a10", "a9", "a"];
  const sorted = goYaml(Object.fromEntries(keys.map((key) => [key, 1]))).match(/^\w+/gm);
  assertEquals(sorted, ["a", "a_b", "a9", "a10", "aB"]);
});

Deno.test("a YAML parser returns the same value", () => {
  const value = {
    script: "set -e\n  indented\n\nend\n",
    leading: "  a\nb",
    trailing: "a\n\n\n",
    blank: "\n",
    blanks: ["\n", "\n\n"],
    nested: [{ text: "x\ny", list: [[], [{}], [[1]]] }, null, -0.5, 1e21],
    "odd: key": "- a",
  };
  assertEquals(parse(goYaml(value), { schema: "core" }), value);
});
