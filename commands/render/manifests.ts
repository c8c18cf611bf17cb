// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { customKinds } from "../../crds/emit/manifests.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { parseManifest } from "../../crds/parse/parse_manifest.ts";
import { reasonOf } from "../../kube/errors.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refKey, refOf } from "../../reconcile/apply/execution.ts";
import { components, graphs, requests } from "../../reconcile/dynamo/resources.ts";
import { ambiguousScalars } from "./ambiguous_scalars.ts";

/** A YAML or JSON file with any number of objects. */
export interface ManifestFile {
  /** Name of the file in messages: its path, or "standard input". */
  name: string;
  text: string;
}

/** The objects in a set of files. */
export interface Manifests {
  graphs: DynamoGraphDeployment[];
  components: DynamoComponentDeployment[];
  requests: DynamoGraphDeploymentRequest[];
  /** Objects of built-in kinds. `render` assumes that they already exist in the cluster. */
  existing: KubeObject[];
  warnings: string[];
  /** Error messages about invalid files and objects. Each message begins with the name of the file. */
  problems: string[];
}

/** Reads files. The path "-" is standard input. Throws an `Error` if a file cannot be read. */
export async function readFiles(paths: readonly string[]): Promise<ManifestFile[]> {
  return await Promise.all(paths.map(async (path) => {
    if (path === "-") {
      return { name: "standard input", text: await new Response(Deno.stdin.readable).text() };
    }
    try {
      return { name: path, text: await Deno.readTextFile(path) };
    } catch (error) {
      throw new Error(`Cannot read "${path}": ${reasonOf(error)}`);
    }
  }));
}

/**
 * Returns the objects in the files. Like the API server, validates each custom resource, and adds the defaults of its
 * CRD and a unique UID.
 *
 * @param namespace default namespace of the custom resources
 */
export function parseManifests(files: readonly ManifestFile[], namespace: string): Manifests {
  const found: Manifests = {
    graphs: [],
    components: [],
    requests: [],
    existing: [],
    warnings: [],
    problems: [],
  };
  const known = new Set<string>();
  for (const { name, text } of files) {
    for (const scalar of ambiguousScalars(text)) {
      found.warnings.push(
        `${name}:${scalar.line}: YAML 1.1 parsers (kubectl) and YAML 1.2 parsers read ${scalar.text} as different values: quote it, or write true, false or a decimal number`,
      );
    }
    try {
      const values = valuesIn(text);
      if (values.length === 0) found.warnings.push(`${name}: contains no objects`);
      for (const value of values) add(value, name);
    } catch (error) {
      found.problems.push(`${name}: Cannot read YAML: ${reasonOf(error)}`);
    }
  }
  return found;

  function add(value: unknown, file: string) {
    try {
      const object = isCustom(value) ? stored(parseManifest(value), namespace) : builtin(value);
      const key = refKey(refOf(object));
      if (known.has(key)) {
        throw new Error(`${describeRef(refOf(object))} is in the files twice: remove one of them`);
      }
      known.add(key);
      if (!isCustom(object)) found.existing.push(object);
      else if (object.kind === graphs.kind) found.graphs.push(object as DynamoGraphDeployment);
      else if (object.kind === components.kind) {
        found.components.push(object as DynamoComponentDeployment);
      } else if (object.kind === requests.kind) {
        found.requests.push(object as DynamoGraphDeploymentRequest);
      } else {
        found.warnings.push(
          `${file}: ${
            describeRef(refOf(object))
          } is left out: only graphs, components and requests are rendered`,
        );
      }
    } catch (error) {
      found.problems.push(`${file}: ${reasonOf(error)}`);
    }
  }
}

/** Returns the objects in a file. Replaces an object of kind List with its items, and ignores empty documents. */
function valuesIn(text: string): unknown[] {
  return parseAll(text, { schema: "core" }).filter((value) => value !== null)
    .flatMap((value) =>
      isJsonObject(value) && value["kind"] === "List" && Array.isArray(value["items"])
        ? value["items"]
        : [value]
    );
}

/**
 * Returns whether an object must be parsed as a custom resource of the operator: its `apiVersion` names one of the
 * operator's API groups, or is missing.
 */
function isCustom(value: unknown): boolean {
  const apiVersion = isJsonObject(value) ? value["apiVersion"] : undefined;
  if (typeof apiVersion !== "string") return true;
  return customKinds.some(({ names }) => apiVersion.startsWith(`${names.group}/`));
}

function stored(object: KubeObject, namespace: string): KubeObject {
  const { kind, metadata } = object;
  const named = { ...metadata, namespace: metadata.namespace || namespace };
  const uid = `${kind}/${named.namespace}/${named.name}`;
  return { ...object, metadata: { uid, ...named } };
}

function builtin(value: unknown): KubeObject {
  const object = isJsonObject(value) ? value : {};
  const { kind, metadata } = object;
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  if (typeof kind === "string" && typeof name === "string") return object as unknown as KubeObject;
  throw new Error(`Cannot read an object of ${object["apiVersion"]}: set kind and metadata.name`);
}
