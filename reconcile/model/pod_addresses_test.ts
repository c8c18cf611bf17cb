// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import type { ListOptions } from "../../kube/list.ts";
import { apiError } from "../engine/testing/executor.ts";
import { readPodAddresses } from "./pod_addresses.ts";
import { BASE, endpoint, NAMESPACE, podOf } from "./testing/models.ts";

const worker = endpoint(1);

/** Reads the pod addresses from a fake list. Returns two values: the check of an address, and the list options. */
async function check(list: () => ReturnType<typeof podOf>[]) {
  const options: (ListOptions | undefined)[] = [];
  const client: Pick<Client, "pages"> = {
    async *pages(_resource, given) {
      options.push(given);
      yield await Promise.resolve({ items: list() as never[], resourceVersion: "1" });
    },
  };
  const { signal } = new AbortController();
  const at = { namespace: NAMESPACE, baseModelName: BASE };
  return { options, check: await readPodAddresses(client, at, signal) };
}

Deno.test("only an address of the named pod is called", async () => {
  const { check: refusalOf, options } = await check(() => [podOf(worker), podOf(endpoint(2))]);
  assertEquals(refusalOf(worker), undefined);
  const message = "the address does not belong to the pod";
  for (const one of [{ ip: "169.254.169.254" }, { ip: endpoint(2).ip }, { podUid: "other" }]) {
    assertEquals(refusalOf({ ...worker, ...one })?.message, message);
  }
  assertEquals(options[0]?.namespace, NAMESPACE);
  assertEquals(options[0]?.labelSelector, "nvidia.com/dynamo-base-model-hash=9042fc5e");
});

Deno.test("without the pods no address is called, and the failure names the cause", async () => {
  const { check: refusalOf } = await check(() => {
    throw apiError(403, "pods is forbidden");
  });
  const message = refusalOf(worker)?.message ?? "";
  assertStringIncludes(message, "the operator cannot list the pods: ");
  assertStringIncludes(message, "pods is forbidden");
  const bug = () => {
    throw new TypeError("bug");
  };
  await assertRejects(() => check(bug), TypeError);
});
