// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { componentEnvs, containerEnv, mergeEnv } from "./env_precedence.ts";

const env = (name: string, value: string) => ({ name, value });

Deno.test("each layer wins over the weaker ones, and variables of the framework follow the others", () => {
  const layer = (value: string, ...names: string[]) => names.map((name) => env(name, value));
  const layers = {
    platform: layer("platform", "A", "B", "C", "D", "E"),
    componentType: layer("type", "B", "C", "D", "E"),
    mainContainer: layer("main", "C", "D", "E"),
    component: componentEnvs(layer("graph", "D", "E", "F"), layer("service", "E", "F")),
    framework: layer("framework", "A"),
  };
  assertEquals(containerEnv(layers), [
    env("B", "type"),
    env("C", "main"),
    env("D", "graph"),
    env("E", "service"),
    env("F", "service"),
    env("A", "framework"),
  ]);
});

function orderOf(layers: Partial<Parameters<typeof containerEnv>[0]>): string[] {
  const none = {
    platform: [],
    componentType: [],
    mainContainer: [],
    component: [],
    framework: [],
  };
  return containerEnv({ ...none, ...layers }).map(({ name }) => name);
}

Deno.test("a variable follows those that it references, in every layer", () => {
  assertEquals(
    orderOf({
      platform: [env("NATS_SERVER", "nats://n")],
      componentType: [{ name: "POD_NAME", valueFrom: {} }],
      component: [
        env("MODEL_ROOT", "/models"),
        env("HF_HOME", "$(MODEL_ROOT)/hf"),
        env("KV_HOST", "$(POD_NAME).kv"),
        env("BROKER", "$(NATS_SERVER)/$(HF_HOME)"),
        env("Z", ""),
        env("CACHE", "$(VLLM_CACHE_ROOT)/x"),
      ],
      framework: [env("VLLM_CACHE_ROOT", "/c")],
    }),
    [
      ...["NATS_SERVER", "MODEL_ROOT", "HF_HOME", "BROKER"],
      ...["VLLM_CACHE_ROOT", "CACHE", "POD_NAME", "KV_HOST", "Z"],
    ],
  );
});

Deno.test("escaped and unknown references do not change the order by name, and neither does a cycle of references", () => {
  const component = [
    env("A", "$$(Z) $(NONE) $Z ${Z} $(Z"),
    env("B", "$(C)"),
    env("C", "$(B)$(C)"),
    env("Z", "$(A)"),
  ];
  assertEquals(orderOf({ component }), ["A", "B", "C", "Z"]);
  assertEquals(orderOf({ component: [env("A", "$$$(Z)"), env("Z", "")] }), ["Z", "A"]);
  const cycle = [env("A", "$(C)"), env("B", "$(A)$(X)"), env("C", "$(B)"), env("X", "$(Y)")];
  assertEquals(orderOf({ component: [...cycle, env("Y", "")] }), ["A", "Y", "X", "B", "C"]);
});

Deno.test("without variables of the graph those of the service keep their order", () => {
  const service = [env("B", ""), env("A", "")];
  assertEquals(componentEnvs(undefined, service), service);
  assertEquals(componentEnvs([], service), service);
  assertEquals(componentEnvs([], undefined), undefined);
});

Deno.test("the stronger layer wins and the result is sorted by name", () => {
  assertEquals(mergeEnv([env("FOO", "BAR")], [env("FOO", "QUX")]), [env("FOO", "QUX")]);
  assertEquals(mergeEnv([env("FOO", "BAR")], [env("BAZ", "QUX")]), [
    env("BAZ", "QUX"),
    env("FOO", "BAR"),
  ]);
});

Deno.test("an entry is replaced as a whole: a value leaves nothing of a reference", () => {
  const reference = { name: "S", valueFrom: { secretKeyRef: { name: "s", key: "k" } } };
  assertEquals(mergeEnv([reference], [env("S", "plain")]), [env("S", "plain")]);
  assertEquals(mergeEnv([env("S", "plain")], [reference]), [reference]);
});

Deno.test("names are sorted in byte order, capitals before the underscore before small letters", () => {
  const names = mergeEnv([], ["b", "_", "A", "DYN_X", "DYNAMO", "a"].map((name) => env(name, "")));
  assertEquals(names.map(({ name }) => name), ["A", "DYNAMO", "DYN_X", "_", "a", "b"]);
});

Deno.test("each name occurs once, with its last value, in sorted order, whatever the lists", () => {
  const entries = fc.array(fc.record({
    name: fc.string({ unit: fc.constantFrom(..."ABC_"), minLength: 1, maxLength: 3 }),
    value: fc.string({ maxLength: 3 }),
  }));
  fc.assert(fc.property(entries, entries, (weak, strong) => {
    const merged = mergeEnv(weak, strong);
    const last = new Map([...weak, ...strong].map(({ name, value }) => [name, value]));
    assertEquals(merged.length, last.size);
    for (const { name, value } of merged) assertEquals(value, last.get(name));
    const names = merged.map(({ name }) => name);
    assertEquals(names, [...names].sort());
  }));
});

Deno.test("three layers give the same result in one step or two", () => {
  const entries = fc.array(fc.record({ name: fc.constantFrom("A", "B", "C"), value: fc.string() }));
  fc.assert(fc.property(entries, entries, entries, (a, b, c) => {
    assertEquals(mergeEnv(mergeEnv(a, b), c), mergeEnv(a, mergeEnv(b, c)));
  }));
});
