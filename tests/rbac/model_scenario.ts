// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { FINALIZER } from "../../crds/labels.ts";
import { models } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "../support/eventually.ts";
import { loraModel } from "../support/models.ts";
import type { NamespaceClient } from "../support/namespace_client.ts";

/** Creates and deletes a LoRA adapter without endpoints, for which the operator writes a finalizer and a status. */
export async function runModelScenario(kube: NamespaceClient): Promise<void> {
  await kube.apply(models, loraModel());
  await eventually(async () => {
    const { metadata, status } = await kube.get(models, "tuned");
    assertEquals(metadata.finalizers, [FINALIZER]);
    assertEquals(status?.observedGeneration, metadata.generation);
  });
  await kube.delete(models, "tuned");
  await kube.untilGone(models, "tuned");
}
