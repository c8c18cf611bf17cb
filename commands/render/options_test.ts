// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../cli/usage_error.ts";
import { RUN_FLAGS } from "../run/flags.ts";
import { readRenderOptions, RENDER_FLAGS } from "./options.ts";

Deno.test("render takes files, a namespace and the flags of run", () => {
  const options = readRenderOptions([
    ...["-f", "a.yaml", "--filename=b.yaml", "-n", "team", "--orchestrator=lws"],
    ...["--natsAddr=nats://n:4222", "--leader-elect", "--health-probe-bind-address=:8081"],
  ]);
  assertEquals(options.files, ["a.yaml", "b.yaml"]);
  assertEquals(options.namespace, "team");
  assertEquals(options.orchestrator, "lws");
  assertEquals(options.platform.natsAddr, "nats://n:4222");
  assertEquals(readRenderOptions(["-f", "-"]).orchestrator, "deployment");
});

Deno.test("render --diff takes no files and no orchestrator", () => {
  const { diff, restrictedNamespace } = readRenderOptions(["--diff", "--restrictedNamespace=team"]);
  assertEquals([diff, restrictedNamespace], [true, "team"]);
  for (const flag of ["-f=a.yaml", "--orchestrator=lws"]) {
    assertThrows(() => readRenderOptions(["--diff", flag]), UsageError, "cannot be combined");
  }
});

Deno.test("wrong usage of render names the flag", () => {
  assertThrows(() => readRenderOptions([]), UsageError, 'Flag "--filename" is required');
  assertThrows(
    () => readRenderOptions(["-f", "a", "--orchestrator=ray"]),
    UsageError,
    'Flag "--orchestrator" takes deployment or lws or grove, got "ray"',
  );
  assertThrows(() => readRenderOptions(["--filenam=a"]), UsageError, 'did you mean "--filename"?');
});

Deno.test("no flag of render has the name of a flag of run", () => {
  const names = RUN_FLAGS.map(({ name }) => name);
  assertEquals(RENDER_FLAGS.filter(({ name }) => names.includes(name)), []);
});
