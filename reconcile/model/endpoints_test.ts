// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { EndpointSlice } from "../../kube/builtin.ts";
import { endpointsOf, endpointUrl } from "./endpoints.ts";
import { endpoint, endpointSlice, modelService, NAMESPACE } from "./testing/models.ts";

const first = endpoint(1);

/**
 * Returns the result of `endpointsOf` for an EndpointSlice with one endpoint. `change` replaces fields of this
 * endpoint, and `slice` replaces fields of the EndpointSlice.
 */
function found(
  change: Partial<NonNullable<EndpointSlice["endpoints"]>[number]>,
  slice: Partial<EndpointSlice> = {},
) {
  const regular = endpointSlice([first]);
  const [one] = regular.endpoints ?? [];
  if (!one) throw new Error("The slice has no endpoint");
  return endpointsOf(modelService(), [{
    ...regular,
    endpoints: [{ ...one, ...change }],
    ...slice,
  }]);
}

Deno.test("the endpoints of all slices are sorted by pod, and each address counts once", () => {
  const slices = [
    endpointSlice([endpoint(3), endpoint(2, false)]),
    endpointSlice([first, endpoint(3)]),
  ];
  assertEquals(endpointsOf(modelService(), slices), [first, endpoint(2, false), endpoint(3)]);
});

Deno.test("without the Service, and in slices of another object, there are no endpoints", () => {
  assertEquals(endpointsOf(undefined, [endpointSlice([first])]), []);
  assertEquals(endpointsOf(modelService("recreated"), [endpointSlice([first])]), []);
  const { metadata: { ownerReferences: _owners, ...metadata } } = endpointSlice([first]);
  assertEquals(found({}, { metadata }), []);
});

Deno.test("only pods of the same namespace are endpoints", () => {
  const pod = { kind: "Pod", name: first.podName, uid: first.podUid, namespace: NAMESPACE };
  assertEquals(found({ targetRef: pod }), [first]);
  assertEquals(found({ targetRef: { ...pod, namespace: "other" } }), []);
  assertEquals(found({ targetRef: { ...pod, kind: "Node" } }), []);
  const { namespace: _namespace, ...unknown } = pod;
  assertEquals(found({ targetRef: unknown }), []);
  const { uid: _uid, ...anonymous } = pod;
  assertEquals(found({ targetRef: anonymous }), []);
  assertEquals(found({}, { addressType: "FQDN" }), []);
});

Deno.test("a pod that terminates is no endpoint, and an unknown state counts as ready", () => {
  assertEquals(found({ conditions: { ready: false, serving: true, terminating: true } }), []);
  assertEquals(found({ conditions: {} }), [first]);
  assertEquals(found({ conditions: { ready: false } }), [{ ...first, isPodReady: false }]);
});

Deno.test("an address of IPv6 is in brackets in the URL", () => {
  assertEquals(endpointUrl(first), "http://10.0.0.1:9090");
  assertEquals(endpointUrl({ ip: "fd00::7" }), "http://[fd00::7]:9090");
});
