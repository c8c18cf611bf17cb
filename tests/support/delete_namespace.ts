// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { namespaces } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { eventually } from "./eventually.ts";

/**
 * Deletes a namespace and resolves when the namespace no longer exists. During the deletion, operators create deleted
 * children again. A test that starts before the end of the deletion would count these writes.
 */
export async function deleteNamespace(client: Client, name: string): Promise<void> {
  await client.delete(namespaces, { name });
  await eventually(async () => {
    const { items } = await client.list(namespaces, { fieldSelector: `metadata.name=${name}` });
    assertEquals(items.length, 0, `Namespace "${name}" still exists`);
  });
}
