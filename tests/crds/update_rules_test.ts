// @ts-types="../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import { component, graph, model } from "./objects.ts";
import { partitionUpdateRules } from "./partition_rules.ts";
import { inNamespace, installCrds, kubectl, noServer, refusal } from "./server.ts";
import type { UpdateRule } from "./rule.ts";

const services = { W: { replicas: 1 } };
const more = { W: { replicas: 2 } };
const immutableBackend =
  "spec.backendFramework: Forbidden: backendFramework is immutable and cannot be changed after creation";

const updateRules: UpdateRule[] = [
  {
    name: "backendFramework of a graph can neither change nor be removed",
    stored: graph("set", services, { backendFramework: "vllm" }),
    accepted: graph("set", more, { backendFramework: "vllm" }),
    refused: [graph("set", services, { backendFramework: "sglang" }), graph("set", services)],
    message: immutableBackend,
  },
  {
    name: "backendFramework cannot be added to a graph",
    stored: graph("unset", services),
    accepted: graph("unset", more),
    refused: [graph("unset", services, { backendFramework: "vllm" })],
    message: immutableBackend,
  },
  {
    name: "backendFramework of a component can neither change nor be removed",
    stored: component("set", { replicas: 1, backendFramework: "vllm" }),
    accepted: component("set", { replicas: 2, backendFramework: "vllm" }),
    refused: [
      component("set", { replicas: 1, backendFramework: "trtllm" }),
      component("set", { replicas: 1 }),
    ],
    message: immutableBackend,
  },
  {
    name: "the type of a model is immutable",
    stored: model("type"),
    accepted: model("type", { modelName: "acme/other" }),
    refused: [model("type", { modelType: "lora", source: { uri: "s3://bucket/path" } })],
    message:
      "spec.modelType: Forbidden: modelType is immutable and cannot be changed after creation",
  },
  {
    name: "the base model of a model is immutable",
    stored: model("base"),
    accepted: model("base", { modelName: "acme/other" }),
    refused: [model("base", { baseModelName: "acme/other" })],
    message:
      "spec.baseModelName: Forbidden: baseModelName is immutable and cannot be changed after creation",
  },
  {
    name: "the key of an added service is validated",
    stored: graph("grows", services),
    accepted: graph("grows", { ...services, Prefill: {} }),
    refused: [graph("grows", { ...services, pre_fill: {} })],
    message: 'rename ["pre_fill"]',
  },
  {
    name: "a graph keeps at least one service",
    stored: graph("shrinks", { ...services, Prefill: {} }),
    accepted: graph("shrinks", services),
    refused: [graph("shrinks", {})],
    message: "services must have at least one service",
  },
];

Deno.test(
  "the API server accepts and refuses updates by every rule",
  { ignore: noServer },
  async (test) => {
    await installCrds();
    await inNamespace(async (namespace) => {
      const write = (
        verb: string,
        ...more: string[]
      ) => [verb, "-n", namespace, "-f", "-", ...more];
      for (
        const { name, stored, accepted, refused, message } of [
          ...updateRules,
          ...partitionUpdateRules,
        ]
      ) {
        await test.step(name, async () => {
          await kubectl(write("create"), stored);
          const [, ...output] = await Promise.all([
            kubectl(write("replace", "--dry-run=server"), accepted),
            ...refused.map((changed) => refusal(write("replace", "--dry-run=server"), changed)),
          ]);
          for (const answer of output) assertStringIncludes(answer, message);
        });
      }
    });
  },
);
