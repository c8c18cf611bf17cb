// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { MAX_ADDITIONAL_BYTES, OutputError } from "./additional_resources.ts";
import { readOutput } from "./output.ts";
import { generatedGraph, outputOf, plannerData } from "./testing/objects.ts";

function failureOf(output: Parameters<typeof readOutput>[0], useMocker = false): string {
  return assertThrows(() => readOutput(output, { useMocker }), OutputError).message;
}

Deno.test("the graph comes from the file for real or for mock workers", () => {
  const output = outputOf([generatedGraph("real")], [generatedGraph("mock")]);
  const nameOf = (useMocker: boolean) => readOutput(output, { useMocker }).graph.metadata.name;
  assertEquals([nameOf(false), nameOf(true)], ["real", "mock"]);
});

Deno.test("ConfigMaps are kept, and other objects are only named", () => {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" } };
  const { additional, ignored } = readOutput(
    outputOf([plannerData("data"), service, generatedGraph()]),
    {},
  );
  assertEquals(ignored, ['Service "s" is ignored: the operator creates only ConfigMaps']);
  assertEquals(
    additional,
    'apiVersion: v1\ndata:\n  prefill.json: |\n    {"ttft":[1]}\nkind: ConfigMap\nmetadata:\n  name: data\n',
  );
});

Deno.test("unknown fields of the graph are named, and do not lose the result", () => {
  const newer = { ...generatedGraph(), spec: { ...generatedGraph().spec, topology: "rack" } };
  const { graph, ignored } = readOutput(outputOf([newer]), {});
  assertEquals(Object.keys(graph.spec), ["services", "topology"]);
  assertEquals(ignored, [
    "the API server ignores unknown fields: " +
    'Cannot read DynamoGraphDeployment "chat": spec.topology is an unknown field: remove it',
  ]);
});

Deno.test("an output without exactly one valid graph is refused with the reason", () => {
  const where = 'Key "config_with_planner.yaml" of ConfigMap "dgdr-output-sla"';
  const text = (yaml: string) => ({
    metadata: { name: "dgdr-output-sla" },
    data: { "config_with_planner.yaml": yaml },
  });
  const kind = "objects of kind DynamoGraphDeployment, not one";
  assertEquals(failureOf(outputOf([])), `${where} contains 0 ${kind}`);
  assertEquals(
    failureOf(outputOf([generatedGraph(), generatedGraph()])),
    `${where} contains 2 ${kind}`,
  );
  assertEquals(
    failureOf({ metadata: { name: "dgdr-output-sla" } }, true),
    'Key "mocker_config_with_planner.yaml" of ConfigMap "dgdr-output-sla" is missing: check the log of the profiler',
  );
  assertEquals(failureOf(text("- 1")), `${where} cannot be read: [1] is not an object`);
  assertEquals(failureOf(text("a: [")).startsWith(`${where} cannot be read: `), true);
  const badName = { ...plannerData(), metadata: { name: "A" } };
  assertEquals(
    failureOf(outputOf([generatedGraph(), badName])),
    `${where}: ConfigMap "A" has no valid name`,
  );
  const unnamed = { ...generatedGraph(), metadata: {} };
  assertEquals(
    failureOf(outputOf([unnamed])),
    `${where} is invalid: Cannot read DynamoGraphDeployment "": metadata.name is required: set it`,
  );
});

Deno.test("aliases that multiply the output and large ConfigMaps are refused", () => {
  const levels = Array.from({ length: 20 }, (_, level) => {
    const below = level === 0 ? "x" : `*l${level - 1}`;
    return `l${level}: &l${level} [${below}, ${below}, ${below}, ${below}]`;
  });
  const data = { "config_with_planner.yaml": levels.join("\n") };
  const bomb = failureOf({ metadata: { name: "dgdr-output-sla" }, data });
  assertEquals(bomb.includes("more than 200000 values: remove YAML aliases"), true, bomb);

  const envs = [{ name: "A", value: "x".repeat(500_000) }];
  const largeGraph = { ...generatedGraph(), spec: { ...generatedGraph().spec, envs } };
  const graphTooLarge = failureOf(outputOf([largeGraph]));
  assertEquals(graphTooLarge.includes("at most 500000 are allowed"), true, graphTooLarge);

  const large = { ...plannerData(), data: { a: "x".repeat(MAX_ADDITIONAL_BYTES) } };
  const tooLarge = failureOf(outputOf([generatedGraph(), large]));
  assertEquals(tooLarge.includes(`at most ${MAX_ADDITIONAL_BYTES} are allowed`), true, tooLarge);
});
