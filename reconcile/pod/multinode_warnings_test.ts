// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { warningsOf } from "./warnings.ts";

function fieldsOf(line: string, spec: ServiceSpec = {}, command = ["sh", "-c"]): string[] {
  return warningsOf({
    componentType: "worker",
    multinode: { nodeCount: 2 },
    resources: { limits: { gpu: "8" } },
    extraPodSpec: { mainContainer: { command, args: [line] } },
    ...spec,
  }).map(({ field }) => field);
}

const ARGS = "extraPodSpec.mainContainer.args";

Deno.test("nodes that work together have no warnings", () => {
  assertEquals(fieldsOf("python3 -m dynamo.sglang"), []);
  assertEquals(fieldsOf("python3 -m dynamo.vllm --tensor-parallel-size 16"), []);
  assertEquals(fieldsOf("python3 -m dynamo.vllm --data-parallel-size 16"), []);
  assertEquals(fieldsOf("python3 -m dynamo.trtllm"), []);
});

Deno.test("a service on one node has no warnings about several nodes", () => {
  assertEquals(fieldsOf("python3 -m dynamo.vllm", { multinode: { nodeCount: 1 } }), []);
});

Deno.test("vLLM whose sizes fit on one node is a warning", () => {
  assertEquals(fieldsOf("python3 -m dynamo.vllm --tensor-parallel-size 8"), [ARGS]);
  assertEquals(fieldsOf("python3 -m dynamo.vllm --tensor-parallel-size=16"), [ARGS]);
});

Deno.test("a command without a place for the flags is a warning", () => {
  assertEquals(fieldsOf("launch", { backendFramework: "sglang" }), [ARGS]);
  const vllm = { backendFramework: "vllm" } as const;
  assertEquals(fieldsOf("launch --data-parallel-size 16", vllm), [ARGS]);
  assertEquals(fieldsOf("launch --tensor-parallel-size 16", vllm), []);
});

Deno.test("a command that connects the nodes itself has no warning", () => {
  const sglang = { backendFramework: "sglang" } as const;
  assertEquals(fieldsOf("launch --nnodes 2 --node-rank $RANK", sglang), []);
  assertEquals(fieldsOf("ray start --head && launch", { backendFramework: "vllm" }), []);
});

Deno.test("TensorRT-LLM without GPUs is a warning, because mpirun starts no process", () => {
  const resources = { limits: { cpu: "1" } };
  assertEquals(fieldsOf("python3 -m dynamo.trtllm", { resources }), ["resources.limits.gpu"]);
});

Deno.test("several nodes without a known framework are a warning", () => {
  assertEquals(fieldsOf("launch"), ["multinode"]);
  assertEquals(fieldsOf("python3 -m dynamo.vllm", { componentType: "default" }), ["multinode"]);
});
