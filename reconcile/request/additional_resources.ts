// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import { LABELS, MANAGER, REQUEST } from "../../crds/labels.ts";
import { type ConfigMap, configMaps } from "../../kube/builtin.ts";
import { isJsonObject } from "../../kube/json.ts";
import { isDnsSubdomain } from "../dynamo/object_names.ts";
import { checkSize } from "./bounded_yaml.ts";
import { goYaml } from "./go_yaml.ts";

/**
 * Maximum size in bytes of the annotation that contains the generated ConfigMaps, as in the Go operator. The API server
 * accepts 262,144 bytes for all annotations of an object.
 */
export const MAX_ADDITIONAL_BYTES = 250_000;

/** A mistake in the output of the profiler. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/**
 * Returns two values: the ConfigMaps in the profiler's output as one YAML text, and a message for every object that is
 * not a ConfigMap.
 */
export function additionalResources(
  documents: readonly Record<string, unknown>[],
  where: string,
): { additional: string; ignored: string[] } {
  const wanted = documents.filter(isConfigMap);
  const unnamed = wanted.find((document) => nameOf(document) === undefined);
  if (unnamed) throw new OutputError(`${where}: ${describe(unnamed)} has no valid name`);
  const additional = wanted.map(goYaml).join("---\n");
  const bytes = new TextEncoder().encode(additional).length;
  if (bytes > MAX_ADDITIONAL_BYTES) {
    throw new OutputError(
      `${where} contains ConfigMaps of ${bytes} bytes, but at most ${MAX_ADDITIONAL_BYTES} are allowed`,
    );
  }
  const ignored = documents.filter((value) => !isConfigMap(value))
    .map((value) => `${describe(value)} is ignored: the operator creates only ConfigMaps`);
  return { additional, ignored };
}

/** The namespace of the generated ConfigMaps, and the request that they belong to. */
export interface Destination {
  request: { name: string; namespace: string };
  namespace: string;
}

/**
 * Parses a text from {@linkcode additionalResources}. Returns its ConfigMaps with the namespace of the graph and the
 * labels of the request. Ignores objects of other kinds, because a user can change the annotation that contains the
 * text.
 *
 * @throws Error if the text is not YAML, is too large, or contains an invalid ConfigMap
 */
export function configMapsOf(text: string, { request, namespace }: Destination): ConfigMap[] {
  if (new TextEncoder().encode(text).length > MAX_ADDITIONAL_BYTES) {
    throw new Error(`it has more than ${MAX_ADDITIONAL_BYTES} bytes`);
  }
  const documents = parseAll(text, { schema: "core" });
  checkSize(documents);
  return documents.filter(isJsonObject).filter(isConfigMap).map((document) => {
    const { metadata, data, binaryData, immutable } = document;
    const { labels, annotations } = isJsonObject(metadata) ? metadata : {};
    const name = nameOf(document);
    if (name === undefined) throw new Error(`${describe(document)} has no valid name`);
    return {
      apiVersion: configMaps.apiVersion,
      kind: configMaps.kind,
      metadata: {
        name,
        namespace,
        labels: { ...texts(labels), ...requestLabels(request) },
        ...(isJsonObject(annotations) && { annotations: texts(annotations) }),
      },
      ...(isJsonObject(data) && { data: texts(data) }),
      ...(isJsonObject(binaryData) && { binaryData: texts(binaryData) }),
      ...(typeof immutable === "boolean" && { immutable }),
    };
  });
}

/**
 * Returns one message for each ConfigMap that the operator did not create. Each element of `names` is `namespace/name`.
 */
export function skippedMessages(names: readonly string[] = []): string[] {
  return names.map((name) =>
    `ConfigMap "${name}" was not created, because a foreign ConfigMap has this name`
  );
}

/** Returns the labels that the operator sets on the graph and on the ConfigMaps of a request. */
export function requestLabels(
  { name, namespace }: { name: string; namespace: string },
): Record<string, string> {
  return {
    [REQUEST.nameLabel]: name,
    [REQUEST.namespaceLabel]: namespace,
    [LABELS.managedBy]: MANAGER,
  };
}

function isConfigMap({ apiVersion, kind }: Record<string, unknown>): boolean {
  return apiVersion === configMaps.apiVersion && kind === configMaps.kind;
}

function nameOf({ metadata }: Record<string, unknown>): string | undefined {
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  return typeof name === "string" && isDnsSubdomain(name) ? name : undefined;
}

/** Returns a copy of a map with all values converted to strings, because YAML may contain numbers and booleans. */
function texts(map: unknown): Record<string, string> {
  if (!isJsonObject(map)) return {};
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function describe({ kind, metadata }: Record<string, unknown>): string {
  const name = isJsonObject(metadata) ? metadata["name"] : undefined;
  return `${typeof kind === "string" ? kind : "object"} ${JSON.stringify(name ?? "")}`;
}
