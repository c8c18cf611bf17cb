// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { until } from "../../kube/testing/until.ts";
import { tooOldKubernetes } from "./kubernetes_version.ts";

const REQUEST = { verb: "get", method: "GET", path: "/version" };

async function said(answer: unknown): Promise<string | undefined> {
  const request = () => Promise.resolve(answer);
  const { signal } = new AbortController();
  return await tooOldKubernetes({ request }, { clock: fakeClock(), signal });
}

Deno.test("releases before 1.30 are too old, whatever providers add to their version", async () => {
  assertEquals(
    await said({ major: "1", minor: "29", gitVersion: "v1.29.14" }),
    "Cannot run on Kubernetes v1.29.14: it needs 1.30 or later; upgrade the cluster",
  );
  assertEquals(typeof await said({ major: "1", minor: "9+" }), "string");
  assertEquals(await said({ major: "1", minor: "30+", gitVersion: "v1.30.1-eks-1" }), undefined);
  assertEquals(await said({ major: "1", minor: "35" }), undefined);
  assertEquals(await said({ major: "2", minor: "0" }), undefined);
});

Deno.test("a server that does not tell is taken as it is", async () => {
  assertEquals(await said({}), undefined);
  const refused = new ApiError({ status: 403, reason: "Forbidden", message: "", request: REQUEST });
  const { signal } = new AbortController();
  const clock = fakeClock();
  const request = () => Promise.reject(refused);
  assertEquals(await tooOldKubernetes({ request }, { clock, signal }), undefined);
});

Deno.test("it asks until somebody answers, or until it is told to stop", async () => {
  const clock = fakeClock();
  let asked = 0;
  const request = () => {
    asked++;
    if (asked === 2) return Promise.resolve({ major: "1", minor: "29" });
    return Promise.reject(new ConnectionError({ message: "refused", request: REQUEST }));
  };
  const first = tooOldKubernetes({ request }, { clock, signal: new AbortController().signal });
  await until(() => asked === 1 && clock.pending().length > 0);
  clock.advance(5_000);
  assertEquals(typeof await first, "string");

  asked = 2;
  const stop = new AbortController();
  const second = tooOldKubernetes({ request }, { clock, signal: stop.signal });
  await until(() => asked === 3);
  stop.abort();
  assertEquals(await second, undefined);
});
