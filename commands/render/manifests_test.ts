// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { parseManifests, readFiles } from "./manifests.ts";

const GRAPH = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: {name: chat}
spec: {services: {Worker: {componentType: worker, multinode: {}}}}
`;

const parse = (text: string) => parseManifests([{ name: "a.yaml", text }], "team");

Deno.test("a graph gets the defaults of its CRD, the default namespace and a UID", () => {
  const { graphs, problems } = parse(GRAPH);
  assertEquals(problems, []);
  const [{ metadata, spec } = { metadata: undefined, spec: {} }] = graphs;
  assertEquals(metadata, {
    uid: "DynamoGraphDeployment/team/chat",
    name: "chat",
    namespace: "team",
  });
  assertEquals(spec.services?.["Worker"]?.multinode, { nodeCount: 2 });
});

Deno.test("a file may contain several documents, empty documents and lists", () => {
  const list = JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [{ apiVersion: "v1", kind: "Secret", metadata: { name: "s" } }],
  });
  const { graphs, existing, problems } = parse(`---\n${GRAPH}---\n---\n${list}\n`);
  assertEquals(problems, []);
  assertEquals(graphs.map(({ metadata }) => metadata.name), ["chat"]);
  assertEquals(existing.map(({ kind }) => kind), ["Secret"]);
});

Deno.test("every invalid object is a problem with its file, field, value and remedy", () => {
  const invalid = GRAPH.replace("worker", "worker, replicas: -1");
  assertEquals(parse(`${invalid}---\n${GRAPH}---\n${GRAPH}---\nkind: Secret\n`).problems, [
    'a.yaml: Cannot read DynamoGraphDeployment "chat": spec.services.Worker.replicas is -1: give at least 0',
    'a.yaml: DynamoGraphDeployment "team/chat" is in the files twice: remove one of them',
    'a.yaml: Cannot read Secret "" of apiVersion undefined: give one of DynamoGraphDeployment of nvidia.com/v1alpha1, DynamoComponentDeployment of nvidia.com/v1alpha1, DynamoGraphDeploymentRequest of nvidia.com/v1alpha1, DynamoGraphDeploymentScalingAdapter of nvidia.com/v1alpha1, DynamoModel of nvidia.com/v1alpha1, DynamoWorkerMetadata of nvidia.com/v1alpha1, DdbctlDpJob of dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1',
  ]);
  assertEquals(parse("apiVersion: v1\nkind: Secret\n").problems, [
    "a.yaml: Cannot read an object of v1: set kind and metadata.name",
  ]);
  const [problem = ""] = parse("a: [1\n").problems;
  assertEquals(problem.startsWith("a.yaml: Cannot read YAML: "), true, problem);
});

Deno.test("an ambiguous scalar, an empty file and a kind without children are warnings", () => {
  const model = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoModel
metadata: {name: on}
spec: {modelName: a, baseModelName: b}
`;
  assertEquals(parse(model).warnings, [
    "a.yaml:4: YAML 1.1 parsers (kubectl) and YAML 1.2 parsers read on as different values: quote it, or write true, false or a decimal number",
    'a.yaml: DynamoModel "team/on" is left out: only graphs, components and requests are rendered',
  ]);
  assertEquals(parse("# nothing\n").warnings, ["a.yaml: contains no objects"]);
});

Deno.test("a file that cannot be read is an error with its path", async () => {
  await assertRejects(() => readFiles(["/no/such/file"]), Error, 'Cannot read "/no/such/file": ');
});
