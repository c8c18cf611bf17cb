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
const RECORD = "nvidia.com/pod-template-inputs";

function plan(
  secrets: string[],
  live?: Deployment,
  { spec = SPEC, discovery = true, podServiceAccounts = [], otherAccounts = [], labels = {} }: {
    spec?: ServiceSpec;
    discovery?: boolean;
    /** Names of the ServiceAccounts with the label for component pods. */
    podServiceAccounts?: string[];
    /** Names of the ServiceAccounts without the label for component pods. */
    otherAccounts?: string[];
    /** Labels in the metadata of the component. */
    labels?: Record<string, string>;
  } = {},
): Deployment {
  const pullSecrets = secrets.map((name) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    registryHosts: ["nvcr.io"],
  }));
  const config = platformConfig({ pullSecretDiscovery: discovery });
  const [planned] = deployment.plan(soloService(spec, { labels }), config, {
    ...observedFrom(live ? [live] : []),
    pullSecrets,
    podServiceAccounts,
    hasServiceAccount: (name) => [...podServiceAccounts, ...otherAccounts].includes(name),
  });
  if (!planned) throw new Error("The plan is empty");
  return withPlanHash({ ...planned, manifest: planned.manifest as Deployment });
}

function secretsOf({ spec }: Deployment): (string | undefined)[] {
  return spec?.template.spec?.imagePullSecrets?.map(({ name }) => name) ?? [];
}

function accountOf({ spec }: Deployment): string | undefined {
  return spec?.template.spec?.serviceAccountName;
}

function podLabelsOf({ spec }: Deployment): Record<string, string> {
  return spec?.template.metadata?.labels ?? {};
}

function running(manifest: Deployment): Deployment {
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  return { ...structuredClone(manifest), status: counts };
}

function unavailable(manifest: Deployment): Deployment {
  return { ...running(manifest), status: { replicas: 1, updatedReplicas: 1 } };
}

/**
 * Returns the running Deployment without the annotation that records its inputs. The Go operator and earlier versions
 * of this operator create such Deployments.
 */
function unrecorded(manifest: Deployment): Deployment {
  const live = running(manifest);
  delete live.metadata.annotations?.[RECORD];
  return live;
}

Deno.test("pull Secrets that are created, deleted or renamed do not change a running Deployment", () => {
  const live = running(plan(["a"]));
  for (const secrets of [[], ["a", "b"], ["b"]]) {
    assertEquals(plan(secrets, live), plan(["a"]));
  }
  const none = running(plan([]));
  assertEquals(plan(["a"], none), plan([]));
});

Deno.test("a Deployment keeps its pull Secrets while one replica of its newest template is available", () => {
  const live = running(plan(["a"]));
  for (
    const status of [
      { replicas: 3, updatedReplicas: 3, availableReplicas: 1 }, // two new replicas are not available yet
      { replicas: 8, updatedReplicas: 8, availableReplicas: 7 }, // one pod was evicted
      { replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 0 }, // the status is outdated
    ]
  ) {
    const metadata = { ...live.metadata, generation: 2 };
    assertEquals(secretsOf(plan(["b"], { ...live, metadata, status })), ["a"]);
  }
});

Deno.test("a Deployment whose new replicas are unavailable uses a pull Secret that is created", () => {
  assertEquals(plan(["b"], unavailable(plan(["a"]))), plan(["b"]));
  assertEquals(plan(["a"], unavailable(plan([]))), plan(["a"]));
  const rollout = { replicas: 5, updatedReplicas: 2, availableReplicas: 3 };
  assertEquals(secretsOf(plan(["a"], { ...running(plan([])), status: rollout })), ["a"]);
});

Deno.test("a Deployment whose only replica restarts uses a new pull Secret only if a recorded one was deleted", () => {
  const conditions = [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }];
  const live = { ...running(plan(["a"])), status: { replicas: 1, updatedReplicas: 1, conditions } };
  assertEquals(secretsOf(plan(["a", "b"], live)), ["a"]);
  assertEquals(accountOf(plan(["a"], live, { podServiceAccounts: ["x"] })), "default");
  assertEquals(secretsOf(plan(["b"], live)), ["b"]);
});

Deno.test("a Deployment without an available replica keeps a pull Secret that is deleted", () => {
  assertEquals(plan([], unavailable(plan(["a"]))), plan(["a"]));
  assertEquals(plan(["b"], unavailable(plan(["a", "b"]))), plan(["a", "b"]));
});

Deno.test("a changed pod template uses the current pull Secrets, a changed number of replicas does not", () => {
  const live = running(plan(["a"]));
  const spec = { extraPodSpec: { mainContainer: { image: "nvcr.io/nvidia/x:2" } } };
  assertEquals(secretsOf(plan(["b"], live, { spec })), ["b"]);
  assertEquals(secretsOf(plan(["b"], live, { spec: { ...SPEC, replicas: 3 } })), ["a"]);
});

Deno.test("a field that the user removes is a change of the pod template", () => {
  const live = running(plan(["a"], undefined, { spec: { ...SPEC, envs: [{ name: "A" }] } }));
  assertEquals(secretsOf(plan(["b"], live)), ["b"]);
});

Deno.test("a pod template that a webhook changes keeps its pull Secrets", () => {
  const live = running(plan(["a"]));
  const [container] = live.spec?.template.spec?.containers ?? [];
  if (container) container.image = "mirror.example.com/nvidia/x:1";
  assertEquals(plan(["b"], live), plan(["a"]));
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

Deno.test("a running Deployment without a record keeps its pull Secrets and their order", () => {
  const live = unrecorded(plan(["a", "b"]));
  live.spec?.template.spec?.imagePullSecrets?.reverse();
  for (const annotations of [live.metadata.annotations, {}]) {
    const metadata = { ...live.metadata, annotations: annotations ?? {} };
    const planned = plan(["a", "b", "c"], { ...live, metadata });
    assertEquals(secretsOf(planned), ["b", "a"]);
    assertEquals(secretsOf(plan([], running(planned))), ["b", "a"]);
  }
  const pending = { replicas: 2, updatedReplicas: 2, availableReplicas: 1 };
  assertEquals(secretsOf(plan(["a", "b"], { ...live, status: pending })), ["b", "a"]);
  assertEquals(secretsOf(plan(["a", "b"], { ...live, status: {} })), ["b", "a"]);
});

Deno.test("a record that another client makes invalid counts as absent", () => {
  for (const record of ["", "{", "[]", '{"specHash":1}', '{"specHash":"x","pullSecrets":[1]}']) {
    const live = running(plan(["a"]));
    live.metadata.annotations = { [RECORD]: record };
    assertEquals(plan(["b"], live), plan(["a"]));
  }
});

Deno.test("a switch that disables the discovery removes the discovered pull Secrets", () => {
  const live = running(plan(["a"]));
  assertEquals(secretsOf(plan([], live, { discovery: false })), []);
  const annotations = { "nvidia.com/disable-image-pull-secret-discovery": "true" };
  assertEquals(secretsOf(plan(["a"], live, { spec: { ...SPEC, annotations } })), []);
});

Deno.test("a service without a ServiceAccount uses the first one with the label by name, or default", () => {
  assertEquals(accountOf(plan([])), "default");
  assertEquals(accountOf(plan([], undefined, { podServiceAccounts: ["b", "a"] })), "a");
});

Deno.test("a ServiceAccount that gets the label does not replace running pods", () => {
  const podServiceAccounts = ["a"];
  const live = running(plan([]));
  assertEquals(accountOf(plan([], live, { podServiceAccounts })), "default");
  const spec = { ...SPEC, envs: [{ name: "A", value: "b" }] };
  assertEquals(accountOf(plan([], live, { podServiceAccounts, spec })), "a");
  assertEquals(accountOf(plan([], unavailable(plan([])), { podServiceAccounts })), "a");
});

Deno.test("a ServiceAccount that loses the label stays until the next change, a deleted one does not", () => {
  const made = plan([], undefined, { podServiceAccounts: ["b"] });
  for (const live of [running(made), unrecorded(made)]) {
    assertEquals(accountOf(plan([], live, { podServiceAccounts: ["a", "b"] })), "b");
    assertEquals(accountOf(plan([], live, { otherAccounts: ["b"] })), "b");
    assertEquals(accountOf(plan([], live)), "default");
  }
  const spec = { ...SPEC, envs: [{ name: "A", value: "b" }] };
  assertEquals(accountOf(plan([], running(made), { otherAccounts: ["b"], spec })), "default");
});

Deno.test("a ServiceAccount that the user removes from the spec is replaced", () => {
  const spec = { extraPodSpec: { ...SPEC.extraPodSpec, serviceAccountName: "mine" } };
  const live = running(plan([], undefined, { spec }));
  assertEquals(accountOf(plan([], live, { otherAccounts: ["mine"] })), "default");
});

Deno.test("pods keep the labels that their standalone component had at the last change of its spec", () => {
  const made = plan([], undefined, { labels: { team: "red" } });
  assertEquals(podLabelsOf(made)["team"], "red");
  for (const live of [running(made), unrecorded(made)]) {
    for (const labels of [{ team: "blue", "app.kubernetes.io/instance": "argo" }, {}]) {
      assertEquals(podLabelsOf(plan([], live, { labels })), podLabelsOf(made));
    }
  }
  const spec = { ...SPEC, envs: [{ name: "A", value: "b" }] };
  const labels = { team: "blue" };
  assertEquals(podLabelsOf(plan([], running(made), { labels, spec }))["team"], "blue");
});

Deno.test("a label that the user removes from the spec of a component is removed from its pods", () => {
  const made = plan([], undefined, { spec: { ...SPEC, labels: { team: "red" } } });
  assertEquals(podLabelsOf(made)["team"], "red");
  assertEquals(podLabelsOf(plan([], running(made)))["team"], undefined);
});
