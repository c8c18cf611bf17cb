// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Deployment, Lease } from "../../kube/builtin.ts";
import { crdManifests } from "../../crds/emit/manifests.ts";
import { graphOf } from "../support/graphs.ts";
import { documentedCommand, runInShell } from "./documented_commands.ts";
import {
  type ChartCluster,
  installCrdChart,
  startChartCluster,
  untilCrdsAreServed,
} from "./chart_cluster.ts";
import { CHARTS } from "./helm.ts";
import { operatorFlags } from "./operator_flags.ts";

const VERSION = "0.1.0";
/** Shell variables that the installation guide asks its reader to set. */
const VARIABLES = {
  RELEASE_VERSION: VERSION,
  DOCKER_SERVER: "registry.example",
  IMAGE_TAG: "dev",
  NAMESPACE: "dynamo-system",
};
const DEPLOYMENT = "dynamo-platform-dynamo-operator-controller-manager";
const PACKAGED = "helm install dynamo-platform dynamo-platform-${RELEASE_VERSION}.tgz";

Deno.test("the documented commands install, upgrade and remove the charts", async (t) => {
  await using chartCluster = await startChartCluster();
  const { cluster } = chartCluster;
  const tarballs = await Deno.makeTempDir();
  using _ = { [Symbol.dispose]: () => Deno.removeSync(tarballs, { recursive: true }) };
  /** Runs the command of the installation guide that starts with this text. */
  const documented = async (beginning: string, directory = CHARTS) =>
    await runInShell(await documentedCommand(beginning), {
      kubeconfig: cluster.kubeconfig,
      kubectl: cluster.program("kubectl"),
      directory,
      variables: VARIABLES,
    });
  const names = async (...args: string[]) =>
    (await cluster.kubectl(["get", ...args, "-o", "name"])).trim().split("\n");

  await t.step("helm install dynamo-crds ./crds/ --namespace default", async () => {
    await documented("helm install dynamo-crds");
    await untilCrdsAreServed(chartCluster);
    assertEquals((await names("crd")).sort(), crdNames());
  });

  await t.step("helm install dynamo-platform ./platform/ with a custom image", async () => {
    await documented("helm install dynamo-platform ./platform/ --namespace ${NAMESPACE}");
    await cluster.kubectl([
      ...["rollout", "status", "--namespace", "dynamo-system", "--timeout=60s"],
      `deployment/${DEPLOYMENT}`,
    ]);
    assertEquals(imageOf(await deployment(chartCluster)), "registry.example/dynamo-operator:dev");
    await chartCluster.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
  });

  await t.step("helm package creates an archive that can be installed", async () => {
    // The test uses a copy of the chart, because `helm dependency build` writes a lock file.
    await copyFolder(`${CHARTS}platform`, `${tarballs}/platform`);
    await chartCluster.helm(["dependency", "build", "platform"], { directory: tarballs });
    await documented("helm package platform", tarballs);
    const output = await documented(`${PACKAGED} --namespace dynamo-system`, tarballs);
    assertStringIncludes(output, await documentedCommand("kubectl get lease -A"));
    assertEquals(imageOf(await deployment(chartCluster)), `dynamo-operator:${VERSION}`);
  });

  await t.step(
    "a namespace-scoped operator can be installed beside the cluster-wide operator",
    async () => {
      // No operator runs in this test. So the test creates the ServiceAccount that the cluster-wide operator would
      // create for a planner.
      await cluster.kubectl(["create", "namespace", "my-namespace"]);
      await cluster.kubectl([
        ...["create", "serviceaccount", "planner-serviceaccount", "--namespace", "my-namespace"],
      ]);
      await documented(`${PACKAGED} --namespace my-namespace`, tarballs);
      const flags = operatorFlags(await deployment(chartCluster, "my-namespace"));
      assertEquals(flags.includes("--restrictedNamespace=my-namespace"), true);
    },
  );

  await t.step("the documented commands show the operator of each namespace", async () => {
    // No operator runs in this test. So the test creates the marker Lease of the namespace-scoped operator.
    await cluster.kubectl(["create", "-f", "-"], JSON.stringify(marker()));
    const listed = await documented("kubectl get lease -A");
    assertMatch(listed, /^my-namespace +dynamo-operator-namespace-scope +namespace-restricted-/m);
    const holder = await documented("kubectl get lease -n my-namespace");
    assertEquals(holder, "namespace-restricted-operator-0.1.0");
  });

  await t.step(
    "another version can be installed in its own namespace, under another release name",
    async () => {
      await documented("helm install dynamo-test dynamo-platform-", tarballs);
      const found = await deployment(chartCluster, "test-namespace", "dynamo-test");
      assertEquals(operatorFlags(found).includes("--operator-version=v2.0.0-beta"), true);
    },
  );

  await t.step("a second cluster-wide operator is refused under any release name", async () => {
    for (const [release, namespace] of [["other", "default"], ["dynamo-platform", "default"]]) {
      const output = await chartCluster.refusal([
        ...["install", release ?? "", "./platform/", "--namespace", namespace ?? ""],
      ]);
      assertStringIncludes(output, "Cannot install a second cluster-wide operator");
      assertStringIncludes(output, "helm uninstall dynamo-platform --namespace dynamo-system");
    }
  });

  await t.step("helm template refuses the same if it may read the cluster", async () => {
    const rendered = (release: string, namespace: string, ...args: string[]) =>
      chartCluster.refusal([
        ...["template", release, "./platform/", "--namespace", namespace],
        ...["--dry-run=server", "--validate", ...args],
      ]);
    assertStringIncludes(
      await rendered("other", "default"),
      "Cannot install a second cluster-wide operator",
    );
    const restricted = ["--set", "dynamo-operator.namespaceRestriction.enabled=true"];
    assertStringIncludes(
      await rendered("other", "my-namespace", ...restricted),
      'Cannot install a second operator for namespace "my-namespace"',
    );
  });

  await t.step("an upgrade changes the operator and keeps the objects of users", async () => {
    await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(userGraph()));
    await chartCluster.helm([
      ...["upgrade", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"],
      ...["--set", "dynamo-operator.controllerManager.manager.image.tag=0.2.0"],
    ]);
    await chartCluster.helm(["upgrade", "dynamo-crds", "./crds/", "--namespace", "default"]);
    assertEquals(imageOf(await deployment(chartCluster)), "dynamo-operator:0.2.0");
    assertEquals(await names("dgd", "-n", "default"), ["dynamographdeployment.nvidia.com/kept"]);
  });

  await t.step("an uninstallation keeps the CRDs and the objects of users", async () => {
    await chartCluster.helm(["uninstall", "dynamo-test", "--namespace", "test-namespace"]);
    await chartCluster.helm(["uninstall", "dynamo-platform", "--namespace", "my-namespace"]);
    await chartCluster.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
    await chartCluster.helm(["uninstall", "dynamo-crds", "--namespace", "default"]);
    assertEquals((await names("crd")).sort(), crdNames());
    assertEquals(await names("dgd", "-n", "default"), ["dynamographdeployment.nvidia.com/kept"]);
    const left = (await names("clusterroles,clusterrolebindings")).filter((name) =>
      name.includes("dynamo")
    );
    assertEquals(left, []);
  });

  await t.step("both charts can be installed again", async () => {
    await installCrdChart(chartCluster);
    await chartCluster.helm([
      "install",
      "dynamo-platform",
      "./platform/",
      "--namespace",
      "dynamo-system",
    ]);
    await chartCluster.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
  });

  await t.step(
    "a second cluster-wide operator is also refused if the first has another name",
    async () => {
      await chartCluster.helm([
        ...["install", "renamed", "./platform/", "--namespace", "dynamo-system"],
        ...["--set", "dynamo-operator.fullnameOverride=inference"],
      ]);
      const install = ["install", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"];
      assertStringIncludes(await chartCluster.refusal(install), 'release "renamed" in namespace');
      await chartCluster.helm(["uninstall", "renamed", "--namespace", "dynamo-system"]);
    },
  );

  await t.step("the Go operator counts as a cluster-wide operator", async () => {
    await cluster.kubectl([
      ...["create", "clusterrole", "nvidia-dynamo-operator-manager-role"],
      ...["--verb=get", "--resource=pods"],
    ]);
    const output = await chartCluster.refusal([
      ...["install", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"],
    ]);
    assertStringIncludes(output, '(ClusterRole "nvidia-dynamo-operator-manager-role")');
  });
});

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

function crdNames(): string[] {
  return crdManifests().map(({ metadata }) =>
    `customresourcedefinition.apiextensions.k8s.io/${metadata.name}`
  ).sort();
}

async function deployment(
  { cluster }: ChartCluster,
  namespace = "dynamo-system",
  release = "dynamo-platform",
): Promise<Deployment> {
  const name = DEPLOYMENT.replace("dynamo-platform", release);
  return JSON.parse(
    await cluster.kubectl(["get", "deployment", name, "-n", namespace, "-o", "json"]),
  );
}

function imageOf({ spec }: Deployment): string | undefined {
  return spec?.template.spec?.containers[0]?.image;
}

function marker(): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "dynamo-operator-namespace-scope", namespace: "my-namespace" },
    spec: { holderIdentity: `namespace-restricted-operator-${VERSION}` },
  };
}

function userGraph() {
  const graph = graphOf("kept", { Frontend: { componentType: "frontend", replicas: 1 } });
  return { ...graph, metadata: { name: "kept", namespace: "default" } };
}
