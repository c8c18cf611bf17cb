// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { ambiguousScalars, quoteAmbiguousScalars } from "./ambiguous_scalars.ts";

const found = (yaml: string) => ambiguousScalars(yaml).map(({ text, line }) => `${line}: ${text}`);

Deno.test("booleans, octal numbers and other scalars that YAML 1.1 reads differently are found with their line", () => {
  const yaml = `
metadata: {name: on, labels: {y: NO}}
list: [off, 0777, 0o17]
octal: 0644
time: 12:30
binary: 0b11
grouped: 1_000
zero: 09
on: 1
item: Yes # a comment
`;
  assertEquals(found(yaml), [
    ...["2: on", "2: y", "2: NO", "3: off", "3: 0777", "3: 0o17", "4: 0644", "5: 12:30"],
    ...["6: 0b11", "7: 1_000", "8: 09", "9: on", "10: Yes"],
  ]);
});

Deno.test("quoted scalars, longer texts, block scalars, comments and plain numbers are not ambiguous", () => {
  const yaml = `
# on
a: "on"
b: 'no'
c: turn it on now
d: |
  on
  - y
  0777
e: >-
  off
f: "say
  yes
  twice"
g: [0, 8000, 0.5, 1e3, true, null, ~, yesterday, north, 22:99x, 127.0.0.1:80]
h: !!str on
"on": x
`;
  assertEquals(found(yaml), []);
});

Deno.test("every document of a file is searched", () => {
  assertEquals(found("a: on\n---\n---\nb: off\n"), ["1: on", "4: off"]);
});

Deno.test("quotes keep the text of ambiguous scalars and everything else", () => {
  const yaml = 'env:\n  - {name: A, value: 09}\n  - name: on\n    value: "no"\n';
  const quoted = quoteAmbiguousScalars(yaml);
  assertEquals(quoted, 'env:\n  - {name: A, value: "09"}\n  - name: "on"\n    value: "no"\n');
  assertEquals(found(quoted), []);
  assertEquals(parse(quoted, { schema: "core" }), {
    env: [{ name: "A", value: "09" }, { name: "on", value: "no" }],
  });
});
