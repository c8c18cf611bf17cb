// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resource } from "../../kube/resource.ts";
import { eventually } from "./eventually.ts";

type Limits = Record<string, string>;

const resourceQuotas = resource<KubeObject & { status?: { hard?: Limits } }>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  namespaced: true,
});

/** Sets the ResourceQuota `limit` of a namespace. Resolves when the API server enforces it. */
export async function setQuota(client: Client, namespace: string, hard: Limits): Promise<void> {
  const manifest = {
    apiVersion: resourceQuotas.apiVersion,
    kind: resourceQuotas.kind,
    metadata: { name: "limit", namespace },
    spec: { hard },
  };
  await client.apply(resourceQuotas, manifest);
  await eventually(async () => {
    const { status } = await client.get(resourceQuotas, manifest.metadata);
    assertEquals(status?.hard, hard);
  });
}
