// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ClusterRole, Deployment, Role } from "../../kube/builtin.ts";
import type { V1PodDisruptionBudget } from "@kubernetes/client-node";
import type { KubeObject, Typed } from "../../kube/object.ts";
import { mergeRules } from "../../tools/chart/merge_rules.ts";
import { operatorRules } from "../../tools/chart/operator_rules.ts";
import { VERSION } from "../../commands/cli/version.ts";
import { readRunOptions } from "../../commands/run/options.ts";
import { helm } from "./helm.ts";
import { only, operatorValues, render } from "./render.ts";
import { operatorFlags } from "./operator_flags.ts";

const RESTRICTED = { namespaceRestriction: { enabled: true } };
const CLUSTER_SCOPED =
  /^(Cluster|Namespace$|CustomResourceDefinition|Validating|Mutating|PriorityClass)/;

Deno.test("the charts pass helm lint", async () => {
  const output = await helm([
    "lint",
    "--strict",
    "crds",
    "platform",
    "platform/charts/dynamo-operator",
  ]);
  assertStringIncludes(output, "3 chart(s) linted, 0 chart(s) failed");
});

Deno.test("the charts and the operator have the same version", async () => {
  const versions = await Promise.all(
    ["crds", "platform", "platform/charts/dynamo-operator"].map(async (chart) =>
      await helm(["show", "chart", chart])
    ),
  );
  for (const text of versions) {
    assertMatch(text, new RegExp(`^version: ${VERSION}$`, "m"));
    assertMatch(text, new RegExp(`^appVersion: ${VERSION}$`, "m"));
  }
});

Deno.test("without values, the Deployment contains the same flags as in NVIDIA's chart, and the operator accepts these flags", async () => {
  const flags = operatorFlags(only<Deployment>(await render(), "Deployment"));
  const { platform } = readRunOptions(flags);
  assertEquals(
    platform.natsAddr,
    "nats://dynamo-platform-nats.dynamo-system.svc.cluster.local:4222",
  );
  assertEquals(platform.etcdAddr, "dynamo-platform-etcd.dynamo-system.svc.cluster.local:2379");
  assertEquals(platform.plannerClusterRoleName, "dynamo-platform-dynamo-operator-planner");
  for (
    const flag of [
      "--leader-elect=true",
      "--leader-election-id=dynamo.nvidia.com",
      "--leader-election-namespace=kube-system",
      "--dgdr-profiling-cluster-role-name=dynamo-platform-dynamo-operator-dgdr-profiling",
      "--mpi-run-ssh-secret-name=mpi-run-ssh-secret",
      "--mpi-run-ssh-secret-namespace=dynamo-system",
      "--grove-termination-delay=4h",
      "--operator-version=0.1.0",
      "--release-name=dynamo-platform",
    ]
  ) assertEquals(flags.includes(flag), true, `${flag} is not among ${flags.join(" ")}`);
});

Deno.test("the default image is the image of this repository, with the version of the chart as tag", async () => {
  const deployment = only<Deployment>(await render(), "Deployment");
  assertEquals(deployment.spec?.template.spec?.containers[0]?.image, "dynamo-operator:0.1.0");
});

Deno.test("the ClusterRole of a cluster-wide operator grants the permissions that its controllers declare", async () => {
  const role = only<ClusterRole>(
    await render(),
    "ClusterRole",
    "dynamo-platform-dynamo-operator-manager-role",
  );
  const declared = operatorRules({
    plannerClusterRole: "dynamo-platform-dynamo-operator-planner",
    profilingClusterRole: "dynamo-platform-dynamo-operator-dgdr-profiling",
  });
  const text = (rules: unknown[]) => rules.map((rule) => JSON.stringify(rule)).sort();
  assertEquals(text(mergeRules(role.rules ?? [])), text(declared));
});

Deno.test("a namespace-scoped installation renders only namespaced objects", async () => {
  const objects = await render({ namespace: "team", values: operatorValues(RESTRICTED) });
  assertEquals(objects.filter(({ kind }) => CLUSTER_SCOPED.test(kind)).map(({ kind }) => kind), []);
  assertEquals([...new Set(objects.map(({ metadata }) => metadata.namespace))], ["team"]);
});

Deno.test("uninstalling a namespace-scoped release keeps only the objects that release its Leases and the ServiceAccounts of pods", async () => {
  const kept = (objects: KubeObject[]) =>
    objects.filter(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep");
  assertEquals(kept(await render()), []);
  const objects = kept(await render({ namespace: "team", values: operatorValues(RESTRICTED) }));
  const own = objects.filter(({ metadata }) =>
    metadata.labels?.["control-plane"] === "controller-manager"
  );
  assertEquals(own.map(({ kind }) => kind).sort(), ["Role", "RoleBinding", "ServiceAccount"]);
  assertEquals(
    only<Role>(own, "Role").rules?.flatMap(({ resources, resourceNames }) =>
      [resources, resourceNames].flat()
    ),
    ["leases", "dynamo-operator-namespace-scope", "leases", "dynamo.nvidia.com"],
  );
  assertEquals(
    objects.filter((object) => !own.includes(object)).map(({ metadata }) => metadata.name).sort(),
    ["dgdr-profiling-job", "planner-serviceaccount"],
  );
});

Deno.test("the Role of a namespace-scoped operator is in its target namespace, its Deployment in the namespace of the release", async () => {
  const objects = await render({
    namespace: "tools",
    values: operatorValues({ namespaceRestriction: { enabled: true, targetNamespace: "team" } }),
  });
  const inTools = objects.filter(({ metadata }) => metadata.namespace === "tools");
  assertEquals(inTools.map(({ kind }) => kind).sort(), ["Deployment", "Service", "ServiceAccount"]);
  const flags = operatorFlags(only<Deployment>(objects, "Deployment"));
  assertEquals(flags.includes("--restrictedNamespace=team"), true);
  assertEquals(flags.includes("--leader-election-namespace=team"), true);
  assertEquals(flags.includes("--mpi-run-ssh-secret-namespace=team"), true);
});

Deno.test("disabling pull Secret discovery removes the permission to read Secrets and sets the flag of the operator", async () => {
  const objects = await render({
    values: operatorValues({ imagePullSecretDiscovery: { enabled: false } }),
  });
  const rules = objects.filter(({ kind }) => kind === "ClusterRole")
    .flatMap((role) => (role as ClusterRole).rules ?? []);
  const onSecrets = rules.filter(({ resources }) => resources?.includes("secrets"));
  assertEquals(onSecrets.map(({ resourceNames, verbs }) => [resourceNames, verbs.join()]), [
    [["mpi-run-ssh-secret"], "create,delete,list,patch,watch"],
    [undefined, "create"],
  ]);
  const flags = operatorFlags(only<Deployment>(objects, "Deployment"));
  assertEquals(readRunOptions(flags).platform.pullSecretDiscovery, false);
});

Deno.test("an Istio gateway adds the permission to write VirtualServices and sets the flag of the operator", async () => {
  const gateway = "istio-system/public";
  const installation = async (istio: Record<string, unknown>, restricted: boolean) => {
    const namespaceRestriction = { enabled: restricted };
    const values = operatorValues({ dynamo: { istio }, namespaceRestriction });
    const objects = await render({ values });
    const kind = restricted ? "Role" : "ClusterRole";
    const rules = objects.flatMap((object) =>
      object.kind === kind ? (object as ClusterRole).rules ?? [] : []
    );
    const flags = operatorFlags(only<Deployment>(objects, "Deployment"));
    return {
      flag: readRunOptions(flags).platform.virtualServiceGateway,
      verbs: rules.filter(({ resources }) => resources?.includes("virtualservices"))
        .map(({ verbs }) => verbs.toSorted()),
    };
  };
  for (const restricted of [false, true]) {
    assertEquals(await installation({ enabled: false, gateway }, restricted), {
      flag: "",
      verbs: [],
    });
    assertEquals(await installation({ enabled: true, gateway }, restricted), {
      flag: gateway,
      verbs: [["create", "delete", "list", "patch", "watch"]],
    });
  }
});

Deno.test("the Role permits the operator to write only the Secret that the values name", async () => {
  const names: [string | null, string][] = [["other", "other"], [null, "mpi-run-ssh-secret"]];
  for (const [secretName, name] of names) {
    const values = operatorValues({ ...RESTRICTED, dynamo: { mpiRun: { secretName } } });
    const roles = await render({ namespace: "team", values });
    const written = roles.flatMap((role) => (role as Role).rules ?? [])
      .filter(({ resources, verbs }) => resources?.includes("secrets") && verbs.includes("patch"));
    assertEquals(written.map(({ resourceNames }) => resourceNames), [[name]]);
  }
});

Deno.test("the chart ignores flags in the values that the chart itself sets, and adds all other flags to the Deployment", async () => {
  const args = [
    "--metrics-bind-address=127.0.0.1:8080",
    "--health-probe-bind-address=:8081",
    "--leader-elect",
    "--planner-cluster-role-name=mine",
    "--image-pull-secret-discovery=false",
    "--istio-virtual-service-gateway=mine",
    "--release-name=mine",
    "--operator-version=mine",
    "--partition-job-image=mine",
    "--workers=4",
  ];
  const objects = await render({
    values: operatorValues({ controllerManager: { manager: { args } } }),
  });
  const flags = operatorFlags(only<Deployment>(objects, "Deployment"));
  assertEquals(flags.filter((flag) => flag.startsWith("--metrics-bind-address")), [
    "--metrics-bind-address=:8080",
  ]);
  assertEquals(flags.filter((flag) => args.includes(flag)), [
    "--health-probe-bind-address=:8081",
    "--workers=4",
  ]);
  assertEquals(readRunOptions(flags).workers, 4);
});

Deno.test("several replicas are distributed over nodes and protected by a PodDisruptionBudget", async () => {
  const objects = await render({ values: operatorValues({ controllerManager: { replicas: 3 } }) });
  const { spec } = only<Typed<V1PodDisruptionBudget>>(objects, "PodDisruptionBudget");
  assertEquals(spec?.maxUnavailable, 1);
  // A drain must be able to evict a pod that is not ready. For example, a namespace-scoped operator is not ready while
  // another operator holds the marker Lease.
  assertEquals(spec?.unhealthyPodEvictionPolicy, "AlwaysAllow");
  const pod = only<Deployment>(objects, "Deployment").spec?.template.spec;
  assertEquals(pod?.topologySpreadConstraints?.[0]?.topologyKey, "kubernetes.io/hostname");
});

Deno.test("by default, partition jobs run the operator's own image on every table, with the pull Secrets of the operator", async () => {
  const partition = async (values: Record<string, unknown>) => {
    const objects = await render({ values: operatorValues(values) });
    return readRunOptions(operatorFlags(only<Deployment>(objects, "Deployment"))).partition;
  };
  assertEquals(await partition({}), { image: "dynamo-operator:0.1.0", tableAllow: [], pod: {} });
  const given = {
    image: "registry/operator:2",
    tableAllow: ["tenant-*", "Orders"],
    pod: {
      nodeSelector: { pool: "jobs" },
      tolerations: [{ key: "jobs", operator: "Exists" }],
      priorityClassName: "low",
      env: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
      caConfigMap: "company-ca",
    },
  };
  assertEquals(await partition({ partitionJobs: given }), given);
  const imagePullSecrets = [{ name: "registry" }];
  assertEquals((await partition({ imagePullSecrets })).pod, { imagePullSecrets });
  const other = { pod: { imagePullSecrets: [{ name: "jobs" }] } };
  assertEquals((await partition({ imagePullSecrets, partitionJobs: other })).pod, other.pod);
});
