// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { RoleBinding } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";
import { reduceRoleBinding } from "./rbac.ts";

function plan(object: DynamoGraphDeployment, live: KubeObject[] = []) {
  return planGraph(object, graphObserved({ live }), platformConfig());
}

Deno.test("a ServiceAccount of the user gets the permissions for discovery", () => {
  const extraPodSpec = { serviceAccountName: "mine", mainContainer: { image: "image:1" } };
  const { planned } = plan(graph().withFrontend("Frontend", { extraPodSpec }).build());
  const binding = planned.find(({ manifest }) => manifest.kind === "RoleBinding");
  const subject = (name: string) => ({ kind: "ServiceAccount", name, namespace: "team" });
  assertEquals((binding?.manifest as RoleBinding).subjects, [
    subject("chat-k8s-service-discovery"),
    subject("mine"),
  ]);
});

Deno.test("a ServiceAccount that the user removes keeps its permissions until its last pod has ended", () => {
  const bindingOf = (planned: { manifest: KubeObject }[]) =>
    planned.find(({ manifest }) => manifest.kind === "RoleBinding")?.manifest as RoleBinding;
  const accounts = ({ subjects = [] }: RoleBinding) => subjects.map(({ name }) => name);
  const extraPodSpec = { serviceAccountName: "mine", mainContainer: { image: "image:1" } };
  const before = plan(graph().withFrontend("Frontend", { extraPodSpec }).build());
  assertEquals(before.formerAccounts, undefined);

  const after = graph().withFrontend().build();
  const binding = bindingOf(before.planned);
  const foreign = { kind: "User", name: "root", namespace: "team" };
  const live = { ...binding, subjects: [...binding.subjects ?? [], foreign] };
  const { planned, formerAccounts } = plan(after, [live]);
  assertEquals(accounts(bindingOf(planned)), ["chat-k8s-service-discovery", "mine"]);
  assertEquals(formerAccounts?.names, ["mine"]);

  const narrowed = bindingOf(formerAccounts?.binding ?? []);
  assertEquals(accounts(narrowed), ["chat-k8s-service-discovery"]);
  assertEquals(bindingOf(plan(after, [narrowed]).planned), narrowed);
});

Deno.test("the store keeps the content of a foreign RoleBinding only if a shared ServiceAccount may use it", () => {
  const binding = (name: string): RoleBinding => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace: "team" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
  });
  const planners = binding("planner-serviceaccount-binding");
  assertEquals(reduceRoleBinding(planners), planners);
  const { roleRef: _role, ...identity } = binding("viewers");
  assertEquals(reduceRoleBinding(binding("viewers")) as KubeObject, identity);
});
