// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { until } from "../../kube/testing/until.ts";
import { unsupportedKubernetes } from "./kubernetes_version.ts";

const REQUEST = { verb: "get", method: "GET", path: "/version" };

async function problemOf(answer: unknown): Promise<string | undefined> {
  const request = () => Promise.resolve(answer);
  const { signal } = new AbortController();
  return await unsupportedKubernetes({ request }, { clock: fakeClock(), signal });
}

Deno.test("Kubernetes before 1.30 is unsupported, also if a provider appends a suffix to the version", async () => {
  assertEquals(
    await problemOf({ major: "1", minor: "29", gitVersion: "v1.29.14" }),
    "Cannot run on Kubernetes v1.29.14: the operator requires 1.30 or later; upgrade the cluster",
  );
  assertEquals(typeof await problemOf({ major: "1", minor: "9+" }), "string");
  assertEquals(
    await problemOf({ major: "1", minor: "30+", gitVersion: "v1.30.1-eks-1" }),
    undefined,
  );
  assertEquals(await problemOf({ major: "1", minor: "35" }), undefined);
  assertEquals(await problemOf({ major: "2", minor: "0" }), undefined);
});

Deno.test("an unknown Kubernetes version is accepted", async () => {
  assertEquals(await problemOf({}), undefined);
  const refused = new ApiError({ status: 403, reason: "Forbidden", message: "", request: REQUEST });
  const { signal } = new AbortController();
  const clock = fakeClock();
  const request = () => Promise.reject(refused);
  assertEquals(await unsupportedKubernetes({ request }, { clock, signal }), undefined);
});

Deno.test("the version check retries until the API server responds or the signal is aborted", async () => {
  const clock = fakeClock();
  let requests = 0;
  const request = () => {
    requests++;
    if (requests === 2) return Promise.resolve({ major: "1", minor: "29" });
    return Promise.reject(new ConnectionError({ message: "refused", request: REQUEST }));
  };
  const first = unsupportedKubernetes({ request }, { clock, signal: new AbortController().signal });
  await until(() => requests === 1 && clock.pending().length > 0);
  clock.advance(5_000);
  assertEquals(typeof await first, "string");

  requests = 2;
  const stop = new AbortController();
  const second = unsupportedKubernetes({ request }, { clock, signal: stop.signal });
  await until(() => requests === 3);
  stop.abort();
  assertEquals(await second, undefined);
});
