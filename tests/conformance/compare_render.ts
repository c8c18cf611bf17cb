// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";
import { readRenderOptions } from "../../commands/render/options.ts";
import { renderManifests } from "../../commands/render/print_manifests.ts";
import { secrets } from "../../kube/builtin.ts";
import { reasonOf } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Client } from "../../kube/client.ts";
import {
  leaderWorkerSets,
  podCliqueSets,
  podGroups,
  virtualServices,
} from "../../kube/optional_kinds.ts";
import { components, graphs, requests } from "../../reconcile/dynamo/resources.ts";
import { WRITTEN_KINDS } from "../support/namespace_objects.ts";
import { renderedHashes, writtenHashes } from "../support/rendered_objects.ts";
import type { RecordedCase } from "./recorded_case.ts";

export interface RenderComparison {
  client: Client;
  environment: string;
  /** Flags of the running operator. */
  flags: readonly string[];
}

/**
 * Renders the manifest of a case, and compares the result with the objects that the operator has written to the
 * namespace. Returns a line for each difference.
 */
export async function compareRender(
  { sample, namespace, manifest }: RecordedCase,
  { client, environment, flags }: RenderComparison,
): Promise<string[]> {
  const options = readRenderOptions([
    ...["-f", sample, "-n", namespace, "--orchestrator", environment, ...flags],
  ]);
  const kinds = await servedKinds(client);
  const kube = {
    list: async <T extends KubeObject>(resource: Resource<T>) =>
      (await client.list(resource, { namespace })).items,
  };
  const rendered: Record<string, string | undefined> = {};
  // For a manifest with an invalid graph, `render` prints only an error. So the function renders each graph separately.
  const documents = parseAll(manifest, { schema: "core" }).filter((value) => value !== null);
  const isParent = (value: unknown) =>
    [graphs.kind, components.kind, requests.kind].includes(
      (value as Partial<KubeObject>).kind ?? "",
    );
  const others = documents.filter((value) => !isParent(value));
  const differences: string[] = [];
  const failed: string[] = [];
  for (const parent of documents.filter(isParent) as KubeObject[]) {
    const text = [parent, ...others].map((value) => JSON.stringify(value)).join("\n---\n");
    try {
      const { yaml } = await renderManifests([{ name: sample, text }], options);
      Object.assign(rendered, renderedHashes(yaml, kinds));
    } catch (error) {
      failed.push(parent.metadata.name);
      const live = await find(client, parent, namespace);
      const isFailed = !live || JSON.stringify(live.status).includes('"False"');
      if (!isFailed) differences.push(`${parent.metadata.name}: ${reasonOf(error)}`);
    }
  }
  // For an invalid graph, `render` prints only an error, but the operator may already have written ServiceAccounts and
  // Roles. So the comparison omits the objects of invalid graphs.
  const ofFailed = (name: string) => failed.some((graph) => name.includes(`/${graph}-`));
  const written = Object.fromEntries(
    Object.entries(await writtenHashes(kube, kinds)).filter(([name]) => !ofFailed(name)),
  );
  for (const name of new Set([...Object.keys(rendered), ...Object.keys(written)])) {
    const [expected, actual] = [written[name], rendered[name]];
    if (expected === actual) continue;
    const how = expected === undefined
      ? "is rendered, but the operator has not written it"
      : actual === undefined
      ? "is not rendered, but the operator has written it"
      : "is rendered with other content than the operator has written";
    differences.push(`${name} ${how}`);
  }
  return differences.map((difference) => `${sample} (${namespace}): ${difference}`);
}

const OPTIONAL_KINDS = [leaderWorkerSets, podGroups, podCliqueSets, virtualServices];

/** Returns the kinds to compare. Omits Secrets, because `render` does not know their content without a cluster. */
async function servedKinds(client: Client): Promise<Resource<KubeObject>[]> {
  const kinds = [...WRITTEN_KINDS, ...OPTIONAL_KINDS].filter(({ kind }) => kind !== secrets.kind);
  const served = await Promise.all(kinds.map((kind) => client.serves(kind)));
  return kinds.filter((_kind, index) => served[index]);
}

/** Returns the live graph, component or request; undefined if the API server refused it. */
async function find(client: Client, { kind, metadata }: KubeObject, namespace: string) {
  const resource = [graphs, components, requests].find((one) => one.kind === kind) ?? graphs;
  const { items } = await client.list<KubeObject & { status?: unknown }>(resource, { namespace });
  return items.find((object) => object.metadata.name === metadata.name);
}
