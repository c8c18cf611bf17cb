// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { createShareValues } from "./shared_values.ts";

const object = (name: string) => ({
  metadata: { name, labels: { app: "chat" } },
  spec: { probe: { path: "/live", port: 9090 }, args: ["--tp", "1"], on: true, none: null },
});

Deno.test("equal parts of several values become the same objects, and the values stay equal", () => {
  const share = createShareValues();
  const [first, second] = [share(object("a")), share(object("b"))];
  assertEquals([first, second], [object("a"), object("b")]);
  assert(first.spec === second.spec);
  assert(first.metadata.labels === second.metadata.labels);
});

Deno.test("the given value is not modified", () => {
  const share = createShareValues();
  share(object("a"));
  const given = object("b");
  const { spec: { probe } } = given;
  assert(share(given).spec.probe !== probe);
  assert(given.spec.probe === probe);
});

Deno.test("values of different types and structures are not confused", () => {
  const share = createShareValues();
  const values = [
    ["1", 1, true, "true", null, "null", [], {}, [1, 2], [[1], 2], ["1,2"], ["1", "2"]],
    [{ a: { b: 1 }, c: 2 }, { a: { b: 1, c: 2 } }, { 'a":"b': "c" }, { a: 'b":"c' }, "{}", "[]"],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  ];
  assertEquals(share(values), values);
  assertEquals(share(values), values);
  assertEquals(JSON.stringify(share(values)), JSON.stringify(values));
});

Deno.test("parts that are too long, or that did not occur recently, are not shared", () => {
  const share = createShareValues({ maxLength: 20, minParts: 2 });
  const long = { text: "longer than the limit" };
  share({ long });
  assert(share({ long: { ...long } }).long !== long);
  const part = ["x"];
  assert(share(part) === part);
  assert(share(["x"]) === part);
  for (let number = 0; number < 10; number++) share(`text ${number}`);
  assert(share(["x"]) !== part);
});
