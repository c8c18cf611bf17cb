// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { planHash, planHashOf } from "../../reconcile/apply/plan_hash.ts";
import { scalingAdapters } from "../../reconcile/dynamo/resources.ts";
import type { NamespaceClient } from "./namespace_client.ts";
import { WRITTEN_KINDS } from "./namespace_objects.ts";

/** Returns the plan hash of each manifest in the output of `render`, keyed by `Kind/name`. */
export function renderedHashes(
  yaml: string,
  kinds: readonly Resource<KubeObject>[] = WRITTEN_KINDS,
): Record<string, string | undefined> {
  const objects = parseAll(yaml, { schema: "core" }) as KubeObject[];
  return sorted(objects.map((manifest) => {
    const resource = kinds.find(({ kind }) => kind === manifest.kind);
    return [nameOf(manifest), resource && planHash({ resource, manifest: hashed(manifest) })];
  }));
}

/** Returns the plan hash annotation of each object that has this annotation, keyed by `Kind/name`. */
export async function writtenHashes(
  kube: Pick<NamespaceClient, "list">,
  kinds: readonly Resource<KubeObject>[] = WRITTEN_KINDS,
): Promise<Record<string, string | undefined>> {
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind)));
  const hashes = lists.flat().map((object): [string, string | undefined] => [
    nameOf(object),
    planHashOf(object),
  ]);
  return sorted(hashes.filter(([, hash]) => hash !== undefined));
}

/** Asserts that `render` prints exactly the objects that an operator has written to a namespace. */
export async function assertRendered(kube: NamespaceClient, yaml: string): Promise<void> {
  assertEquals(renderedHashes(yaml), await writtenHashes(kube));
}

/**
 * Returns the part of a manifest that its plan hash covers. The hash of a scaling adapter omits the initial replicas.
 */
function hashed(manifest: KubeObject & Partial<DynamoGraphDeploymentScalingAdapter>): KubeObject {
  if (manifest.kind !== scalingAdapters.kind || !manifest.spec) return manifest;
  const { replicas: _initial, ...spec } = manifest.spec;
  return { ...manifest, spec } as KubeObject;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}

function sorted(entries: [string, string | undefined][]): Record<string, string | undefined> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => a < b ? -1 : 1));
}
