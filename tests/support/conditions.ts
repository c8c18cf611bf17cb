// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { eventually } from "./eventually.ts";
import type { NamespaceClient } from "./namespace_client.ts";

interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

type WithConditions = KubeObject & { status?: { conditions?: Condition[] | undefined } };

export function conditionOf(object: WithConditions, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** Resolves when the condition of the object has this status and its message contains all these texts. */
export async function untilCondition<T extends WithConditions>(
  kube: NamespaceClient,
  { kind, name, type, status }: { kind: Resource<T>; name: string; type: string; status: string },
  ...texts: string[]
): Promise<T> {
  return await eventually(async () => {
    const object = await kube.get(kind, name);
    const condition = conditionOf(object, type);
    assertEquals(condition?.status, status, JSON.stringify(object.status));
    for (const text of texts) assertStringIncludes(condition?.message ?? "", text);
    return object;
  });
}

export async function untilNoCondition(
  kube: NamespaceClient,
  kind: Resource<WithConditions>,
  name: string,
  type: string,
): Promise<void> {
  await eventually(async () =>
    assertEquals(conditionOf(await kube.get(kind, name), type), undefined)
  );
}
