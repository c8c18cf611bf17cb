import type FastCheck from "fast-check";
import { schemaAt } from "../../crds/fields/pod_spec_schema.ts";
import { type JsonSchema, openApiSchema } from "../../crds/json_schema.ts";
import { type DynamoGraphDeployment, dynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { applyDefaults } from "../../crds/parse/parse_manifest.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { schemaArbitrary } from "../../crds/testing/schema_arbitrary.ts";
import { graphs } from "../dynamo/resources.ts";
import { isFrontend, isWorker } from "../dynamo/service_input.ts";
import {
  GRAPH_ANNOTATIONS,
  ODD_SERVICE_NAMES,
  SERVICE_NAMES,
  USUAL_VALUES,
} from "./random_graph_values.ts";
import { extraPodSpecOf, podSpecs } from "./random_pod_spec.ts";

type Arbitrary<T> = FastCheck.Arbitrary<T>;

const specSchema: JsonSchema = openApiSchema(specOf(dynamoGraphDeployment));

/** The schema of a graph, without the status. */
export const graphSchema: JsonSchema = {
  properties: { metadata: { properties: { name: { type: "string" } } }, spec: specSchema },
};

export interface RandomGraphOptions {
  /**
   * Percentage of odd values. The schema of the field accepts an odd value, but a rule of the CRD, the operator or
   * Kubernetes may refuse it. At most 3 % of names are odd, because a refused name hides all other effects of a graph.
   */
  odd: number;
  /** Whether services may span several nodes. */
  multinode: boolean;
  /** Length of the longest graph name, apart from odd names (see `odd`). */
  longestName: number;
  /** Names of pod fields that the generator omits in all but `odd` percent of the pods; none by default. */
  unusual?: readonly string[];
}

const MAX_SERVICES = 4;
const FIELDS_OF_GRAPH = 1;
const FIELDS_OF_SERVICE = 5;
const FIELDS_OF_OTHERS = 2;
const GRAPH_NAMES = ["chat", "g", "qwen3-0-6b"];
const ODD_GRAPH_NAMES = ["a.b", "1st", "n".repeat(63), "n".repeat(253)];
const MAX_ODD_NAMES = 3;
const WORDS = ["a", "b-1", "x"];
const QUANTITIES = ["1", 2, "0.5", "1Gi", "1e3"];
const HANDLERS = ["exec", "grpc", "httpGet", "tcpSocket"];
const HANDLER = { exec: { command: ["true"] } };
const CONTAINER = /(^|\.)((c|initC)ontainers\.\*|mainContainer)$/;

/**
 * Returns a generator of graphs as a user writes them, without a namespace. The generator derives the fields from the
 * zod schema of a graph. Most values come from {@linkcode USUAL_VALUES}, because the API server or the operator would
 * refuse most random values.
 */
export function randomGraphs(
  fc: typeof FastCheck,
  { odd, multinode, longestName, unusual = [] }: RandomGraphOptions,
): Arbitrary<DynamoGraphDeployment> {
  const { services: _, ...properties } = specSchema.properties ?? {};
  const ofGraph = schemaArbitrary(fc, { type: "object", properties }, {
    adjust,
    fieldsAt: (path) => path === "" ? FIELDS_OF_GRAPH : FIELDS_OF_OTHERS,
  });
  const service = schemaArbitrary(fc, schemaAt(specSchema, ["services", "*"]), {
    adjust: (path, derived, schema) => adjust(`service.${path}`, derived, schema),
    fieldsAt: (path) => path === "" ? FIELDS_OF_SERVICE : FIELDS_OF_OTHERS,
  });
  const services = fc.dictionary(
    names(SERVICE_NAMES, ODD_SERVICE_NAMES),
    usually(service.map(usualService), service),
    { minKeys: 1, maxKeys: MAX_SERVICES, noNullPrototype: true },
  );
  const name = names([...GRAPH_NAMES, "long".padEnd(longestName, "g")], ODD_GRAPH_NAMES);
  const annotations = fc.option(fc.constantFrom(...GRAPH_ANNOTATIONS), { nil: undefined });
  return fc.tuple(name, annotations, ofGraph, services)
    .map(([name, annotations, fields, services]) => ({
      apiVersion: graphs.apiVersion,
      kind: graphs.kind,
      metadata: { name, ...(annotations && { annotations }) },
      spec: { ...Object(fields), services } as DynamoGraphDeployment["spec"],
    }));

  function usually<T>(usual: Arbitrary<T>, other: Arbitrary<T>, percent = odd): Arbitrary<T> {
    return fc.oneof(
      { withCrossShrink: true },
      { weight: 100 - percent, arbitrary: usual },
      { weight: percent, arbitrary: other },
    );
  }

  function names(usual: readonly string[], others: readonly string[]): Arbitrary<string> {
    const percent = Math.min(odd, MAX_ODD_NAMES);
    return usually(fc.constantFrom(...usual), fc.constantFrom(...others), percent);
  }

  function adjust(path: string, derived: Arbitrary<unknown>, schema: JsonSchema) {
    if (path === "service.multinode" && !multinode) return fc.constant(undefined);
    if (unusual.some((field) => path.endsWith(`.${field}`))) {
      return usually(fc.constant(undefined), derived);
    }
    const values = usualValues(path) ?? valuesOfType(schema);
    if (values) return usually(fc.constantFrom(...values), derived);
    if (path === "service.extraPodSpec") {
      return fc.oneof(podSpecs(fc).map(extraPodSpecOf).map(withoutUnusual), derived);
    }
    if (path.endsWith("Probe")) return usually(derived.map(withOneHandler), derived);
    if (CONTAINER.test(path)) return usually(derived.map(asContainer), derived);
    return derived;
  }

  function withoutUnusual(fields: object): unknown {
    return Object.fromEntries(Object.entries(fields).filter(([name]) => !unusual.includes(name)));
  }
}

/** Returns a graph as the API server stores it in a namespace. */
export function storedGraph(
  { metadata, ...graph }: DynamoGraphDeployment,
  namespace = "team",
): DynamoGraphDeployment {
  const complete = applyDefaults(graph, graphSchema) as DynamoGraphDeployment;
  const { name } = metadata;
  return {
    ...complete,
    metadata: { ...metadata, namespace, uid: `uid-of-${name}`, generation: 1 },
  };
}

function usualValues(path: string): readonly unknown[] | undefined {
  for (let end = path; end !== ""; end = end.includes(".") ? end.replace(/^[^.]*\./, "") : "") {
    if (Object.hasOwn(USUAL_VALUES, end)) return USUAL_VALUES[end];
  }
  return undefined;
}

function valuesOfType({ type, anyOf, enum: values, pattern }: JsonSchema) {
  if (anyOf) return QUANTITIES;
  return type === "string" && !values && !pattern ? WORDS : undefined;
}

function asContainer(container: unknown): Record<string, unknown> {
  return { image: "runtime:1", ...Object(container) };
}

/**
 * Returns the service with an image, and with a handler in each probe. Frontends and workers get no handlers, because
 * their probes have default handlers.
 */
function usualService(service: unknown): ComponentSpec {
  const { extraPodSpec = {}, ...others } = service as ComponentSpec;
  const hasDefaults = isFrontend(others) || isWorker(others);
  const complete = <T extends object>(fields: T): T => hasDefaults ? fields : withHandlers(fields);
  const mainContainer = complete(asContainer(extraPodSpec.mainContainer));
  return { ...complete(others), extraPodSpec: { ...extraPodSpec, mainContainer } };
}

function withHandlers<T extends object>(fields: T): T {
  const probes = Object.entries(fields).filter(([name]) => name.endsWith("Probe"))
    .map(([name, probe]) => [name, hasHandler(probe) ? probe : { ...probe, ...HANDLER }]);
  return { ...fields, ...Object.fromEntries(probes) };
}

function hasHandler(probe: object): boolean {
  return HANDLERS.some((handler) => handler in probe);
}

function withOneHandler(probe: unknown): unknown {
  const [, ...surplus] = HANDLERS.filter((handler) => handler in Object(probe));
  return Object.fromEntries(
    Object.entries(Object(probe)).filter(([field]) => !surplus.includes(field)),
  );
}

function specOf({ versions }: typeof dynamoGraphDeployment) {
  const [version] = versions;
  if (!version) throw new Error("The kind has no version");
  return version.spec;
}
