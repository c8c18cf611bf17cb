// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { observedFrom } from "../apply/observed.ts";
import { withPlanHash } from "../apply/plan_hash.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { soloService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment } from "./deployment.ts";

const SPEC: ServiceSpec = { extraPodSpec: { mainContainer: { image: "nvcr.io/nvidia/x:1" } } };
const RECORDED = "nvidia.com/discovered-pull-secrets";

/** Plans the Deployment of a service beside a live Deployment and pull Secrets of these names. */
function plan(
  secrets: string[],
  live?: Deployment,
  { spec = SPEC, discovery = true, podServiceAccounts = [] }: {
    spec?: ServiceSpec;
    discovery?: boolean;
    podServiceAccounts?: string[];
  } = {},
): Deployment {
  const pullSecrets = secrets.map((name) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    registryHosts: ["nvcr.io"],
  }));
  const { find } = observedFrom(live ? [live] : []);
  const config = platformConfig({ pullSecretDiscovery: discovery });
  const [planned] = deployment.plan(soloService(spec), config, {
    find,
    pullSecrets,
    podServiceAccounts,
  });
  if (!planned) throw new Error("The plan is empty");
  return withPlanHash({ ...planned, manifest: planned.manifest as Deployment });
}

function secretsOf({ spec }: Deployment): (string | undefined)[] {
  return spec?.template.spec?.imagePullSecrets?.map(({ name }) => name) ?? [];
}

/** Returns the Deployment as the API server stores it, with all replicas available. */
function running(manifest: Deployment): Deployment {
  const conditions = [{ type: "Available", status: "True" }];
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  return { ...manifest, status: { ...counts, conditions } };
}

function unavailable(manifest: Deployment): Deployment {
  return { ...manifest, status: { replicas: 1, updatedReplicas: 1, availableReplicas: 0 } };
}

Deno.test("pull Secrets that are created, deleted or renamed do not change a running Deployment", () => {
  const live = running(plan(["a"]));
  for (const secrets of [[], ["a", "b"], ["b"]]) {
    assertEquals(plan(secrets, live), plan(["a"]));
  }
  const none = running(plan([]));
  assertEquals(plan(["a"], none), plan([]));
});

Deno.test("a Deployment with an unavailable replica uses the current pull Secrets", () => {
  assertEquals(plan(["b"], unavailable(plan(["a"]))), plan(["b"]));
  assertEquals(plan(["a"], unavailable(plan([]))), plan(["a"]));
  assertEquals(plan([], unavailable(plan(["a"]))), plan([]));
});

Deno.test("a changed pod template uses the current pull Secrets, a changed number of replicas does not", () => {
  const live = running(plan(["a"]));
  const spec = { extraPodSpec: { mainContainer: { image: "nvcr.io/nvidia/x:2" } } };
  assertEquals(secretsOf(plan(["b"], live, { spec })), ["b"]);
  assertEquals(secretsOf(plan(["b"], live, { spec: { ...SPEC, replicas: 3 } })), ["a"]);
});

Deno.test("a pull Secret that the user removes is removed, and one of another client is not adopted", () => {
  const spec = (name: string) => ({
    extraPodSpec: { ...SPEC.extraPodSpec, imagePullSecrets: [{ name }] },
  });
  const live = running(plan(["a"], undefined, { spec: spec("mine") }));
  live.spec?.template.spec?.imagePullSecrets?.push({ name: "injected" });
  assertEquals(secretsOf(plan(["a"], live)), ["a"]);
  assertEquals(secretsOf(plan(["b"], live, { spec: spec("mine") })), ["mine", "a"]);
});

Deno.test("a running Deployment of the Go operator keeps its pull Secrets and their order", () => {
  const live = running(plan(["a", "b"]));
  delete live.metadata.annotations;
  live.spec?.template.spec?.imagePullSecrets?.reverse();
  const planned = plan(["a", "b", "c"], live);
  assertEquals(secretsOf(planned), ["b", "a"]);
  assertEquals(planned.metadata.annotations?.[RECORDED], "b,a");
});

Deno.test("a switch that disables the discovery removes the discovered pull Secrets", () => {
  const live = running(plan(["a"]));
  assertEquals(secretsOf(plan([], live, { discovery: false })), []);
  const annotations = { "nvidia.com/disable-image-pull-secret-discovery": "true" };
  assertEquals(secretsOf(plan(["a"], live, { spec: { ...SPEC, annotations } })), []);
});

Deno.test("a service without a ServiceAccount uses the first one with the label by name, or default", () => {
  const nameOf = (podServiceAccounts: string[], live?: Deployment) =>
    plan([], live, { podServiceAccounts }).spec?.template.spec?.serviceAccountName;
  assertEquals(nameOf([]), "default");
  assertEquals(nameOf(["b", "a"]), "a");
});

Deno.test("a ServiceAccount that gets the label does not replace running pods", () => {
  const account = (planned: Deployment) => planned.spec?.template.spec?.serviceAccountName;
  const live = running(plan([], undefined, { podServiceAccounts: [] }));
  assertEquals(account(plan([], live, { podServiceAccounts: ["a"] })), "default");
  const changed = { ...SPEC, envs: [{ name: "A", value: "b" }] };
  assertEquals(account(plan([], live, { podServiceAccounts: ["a"], spec: changed })), "a");
  const labelled = running(plan([], undefined, { podServiceAccounts: ["b"] }));
  assertEquals(account(plan([], labelled, { podServiceAccounts: ["a", "b"] })), "b");
  assertEquals(account(plan([], labelled, { podServiceAccounts: [] })), "default");
});
