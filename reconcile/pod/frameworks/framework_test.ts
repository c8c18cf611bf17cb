// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { ServiceSpec } from "../../dynamo/service_input.ts";
import { frameworkOf } from "./framework.ts";
import { PlanError } from "../../dynamo/problem.ts";

function detect(line: string, configured?: string, componentType = "worker") {
  const mainContainer = { command: ["sh", "-c"], args: [line] };
  return frameworkOf(specOf({ componentType, extraPodSpec: { mainContainer } }, configured));
}

function specOf(spec: ServiceSpec, backendFramework: string | undefined): ServiceSpec {
  return { ...spec, ...(backendFramework && { backendFramework }) } as ServiceSpec;
}

Deno.test("the framework is read from the module that Python runs", () => {
  assertEquals(detect("python -m dynamo.vllm.worker --model test"), "vllm");
  assertEquals(detect("python3.11 -m dynamo.sglang"), "sglang");
  assertEquals(detect("echo start && python -m dynamo.vllm.worker --model test | tee /l"), "vllm");
  assertEquals(detect("python3 -u -m  dynamo.trtllm"), "trtllm");
});

Deno.test("command and args are read as one line", () => {
  const mainContainer = { command: ["python3"], args: ["-m", "dynamo.sglang"] };
  const spec = { componentType: "decode", extraPodSpec: { mainContainer } };
  assertEquals(frameworkOf(spec), "sglang");
});

Deno.test("a module counts only after -m in the same part of the line", () => {
  assertEquals(detect("echo hello world"), "noop");
  assertEquals(detect("python run.py; cat dynamo.vllm"), "noop");
  assertEquals(detect("python dynamo.vllm -m other"), "noop");
});

Deno.test("only workers have a framework", () => {
  assertEquals(detect("python -m dynamo.vllm", "vllm", "frontend"), "noop");
  assertEquals(detect("python -m dynamo.vllm", undefined, ""), "noop");
});

Deno.test("backendFramework counts if no framework is detected", () => {
  assertEquals(detect("echo hello", "trtllm"), "trtllm");
  assertEquals(frameworkOf({ componentType: "prefill", backendFramework: "sglang" }), "sglang");
});

Deno.test("a command that contradicts backendFramework is refused", () => {
  const error = assertThrows(
    () => detect("python -m dynamo.sglang", "vllm"),
    PlanError,
    'backend framework mismatch: detected "sglang" from command but explicitly configured as "vllm"',
  );
  assertEquals(error.field, "extraPodSpec.mainContainer.args");
});

Deno.test("several frameworks in one command require backendFramework", () => {
  const both = "python -m dynamo.vllm & python -m dynamo.sglang";
  assertThrows(() => detect(both), PlanError, "multiple backend frameworks detected");
  assertEquals(detect(both, "sglang"), "sglang");
});

Deno.test("an unknown backendFramework is refused", () => {
  const error = assertThrows(() => detect("true", "onnx"), PlanError, "onnx");
  assertEquals(error.field, "backendFramework");
});

Deno.test("a long line is read quickly", () => {
  const started = performance.now();
  assertEquals(detect("python -m ".repeat(50_000)), "noop");
  assertEquals(performance.now() - started < 2_000, true);
});
