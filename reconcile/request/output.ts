// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { isOfKind } from "../../crds/names.ts";
import { parseManifest } from "../../crds/parse/parse_manifest.ts";
import type { ConfigMap } from "../../kube/builtin.ts";
import { reasonOf } from "../../kube/errors.ts";
import { isJsonObject } from "../../kube/json.ts";
import { graphs } from "../dynamo/resources.ts";
import { additionalResources, OutputError } from "./additional_resources.ts";
import { checkSize } from "./bounded_yaml.ts";
import { GRAPH_KEY, MOCKER_KEY } from "./names.ts";

/**
 * Maximum size of the generated graph in bytes. The status of a DynamoGraphDeploymentRequest contains this graph, and
 * the API server accepts about 1.5 MB per object.
 */
const MAX_GRAPH_BYTES = 500_000;

/** Result of profiling. */
export interface GeneratedOutput {
  /** The graph as the profiler wrote it, without a status. */
  graph: DynamoGraphDeployment;
  /** The generated ConfigMaps as YAML; "" if there are none. */
  additional: string;
  /** Messages about generated objects and fields that the operator or the API server ignores. */
  ignored: string[];
}

/**
 * Reads the output ConfigMap of a profiling pod: one graph, and ConfigMaps that the graph mounts.
 *
 * @throws {OutputError} if the output is incomplete, or if the graph is invalid; the message names the field
 */
export function readOutput(
  { metadata: { name }, data = {} }: Pick<ConfigMap, "metadata" | "data">,
  { useMocker }: { useMocker?: boolean | undefined },
): GeneratedOutput {
  const key = useMocker ? MOCKER_KEY : GRAPH_KEY;
  const text = data[key];
  const where = `Key "${key}" of ConfigMap "${name}"`;
  if (text === undefined) {
    throw new OutputError(`${where} is missing: check the log of the profiler`);
  }
  const documents = documentsOf(text, where);
  const isGraph = (value: Record<string, unknown>) => isOfKind(value, graphs);
  const [graph, ...others] = documents.filter(isGraph);
  if (!graph || others.length > 0) {
    const found = documents.filter(isGraph).length;
    throw new OutputError(`${where} contains ${found} objects of kind ${graphs.kind}, not one`);
  }
  const { status: _, ...manifest } = graph;
  const bytes = new TextEncoder().encode(JSON.stringify(manifest)).length;
  if (bytes > MAX_GRAPH_BYTES) {
    throw new OutputError(
      `${where} contains a graph of ${bytes} bytes, but at most ${MAX_GRAPH_BYTES} are allowed`,
    );
  }
  const unknown = unknownFields(manifest, where);
  const { additional, ignored } = additionalResources(
    documents.filter((value) => !isGraph(value)),
    where,
  );
  return {
    graph: manifest as unknown as DynamoGraphDeployment,
    additional,
    ignored: [...unknown, ...ignored],
  };
}

/**
 * Validates a graph. Unknown fields are not an error, because a newer profiler may write them and the API server drops
 * them. Returns a message about unknown fields.
 */
function unknownFields(manifest: Record<string, unknown>, where: string): string[] {
  try {
    parseManifest(manifest, undefined, { refuseUnknown: false });
  } catch (error) {
    throw new OutputError(`${where} is invalid: ${reasonOf(error)}`);
  }
  try {
    parseManifest(manifest);
    return [];
  } catch (error) {
    return [`the API server ignores unknown fields: ${reasonOf(error)}`];
  }
}

function documentsOf(text: string, where: string): Record<string, unknown>[] {
  try {
    const documents = parseAll(text, { schema: "core" }).filter((value) => value !== null);
    checkSize(documents);
    return documents.map((value) => {
      if (isJsonObject(value)) return value;
      throw new Error(`${JSON.stringify(value)} is not an object`);
    });
  } catch (error) {
    throw new OutputError(`${where} cannot be read: ${reasonOf(error)}`);
  }
}
