// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { crdManifests } from "../../crds/manifests.ts";
import { graphOf } from "../support/graphs.ts";
import { bareGround, type Ground, installCrdChart } from "./ground.ts";
import { operatorFlags } from "./operator_flags.ts";

const CHART = new URL("../../chart/platform", import.meta.url).pathname;
const VERSION = "0.1.0";
const RESTRICTED = ["--set", "dynamo-operator.namespaceRestriction.enabled=true"];
const DEPLOYMENT = "dynamo-platform-dynamo-operator-controller-manager";

Deno.test("the documented commands install, upgrade and remove the charts", async (t) => {
  await using ground = await bareGround();
  const { cluster } = ground;
  const tarballs = await Deno.makeTempDir();
  using _ = { [Symbol.dispose]: () => Deno.removeSync(tarballs, { recursive: true }) };
  const packaged = { directory: tarballs };
  const names = async (...args: string[]) =>
    (await cluster.kubectl(["get", ...args, "-o", "name"])).trim().split("\n");

  await t.step("helm install dynamo-crds ./crds/ --namespace default", async () => {
    await installCrdChart(ground);
    assertEquals((await names("crd")).sort(), crdNames());
  });

  await t.step("helm install dynamo-platform ./platform/ with an image of one's own", async () => {
    await ground.helm([
      ...["install", "dynamo-platform", "./platform/"],
      ...["--namespace", "dynamo-system", "--create-namespace"],
      "--set",
      "dynamo-operator.controllerManager.manager.image.repository=registry.example/dynamo-operator",
      ...["--set", "dynamo-operator.controllerManager.manager.image.tag=dev"],
      ...["--wait", "--timeout", "60s"],
    ]);
    assertEquals(imageOf(await deployment(ground)), "registry.example/dynamo-operator:dev");
    await ground.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
  });

  await t.step("helm package makes what is installed by version", async () => {
    // In a copy, for it writes a lock file.
    await copyFolder(CHART, `${tarballs}/platform`);
    await ground.helm(["dependency", "build", "platform"], packaged);
    await ground.helm(["package", "platform"], packaged);
    const said = await ground.helm([
      ...["install", "dynamo-platform", `dynamo-platform-${VERSION}.tgz`],
      ...["--namespace", "dynamo-system", "--create-namespace"],
    ], packaged);
    assertStringIncludes(said, "kubectl get lease -A --field-selector metadata.name=");
    assertEquals(imageOf(await deployment(ground)), `dynamo-operator:${VERSION}`);
  });

  await t.step("a restricted operator goes beside the cluster-wide one", async () => {
    // As a cluster-wide operator leaves it for a planner.
    await cluster.kubectl(["create", "namespace", "my-namespace"]);
    await cluster.kubectl([
      ...["create", "serviceaccount", "planner-serviceaccount", "--namespace", "my-namespace"],
    ]);
    await ground.helm([
      ...["install", "dynamo-platform", `dynamo-platform-${VERSION}.tgz`],
      ...["--namespace", "my-namespace", "--create-namespace", ...RESTRICTED],
    ], packaged);
    const flags = operatorFlags(await deployment(ground, "my-namespace"));
    assertEquals(flags.includes("--restrictedNamespace=my-namespace"), true);
  });

  await t.step("another version goes into a namespace of its own, under its own name", async () => {
    await ground.helm([
      ...["install", "dynamo-test", `dynamo-platform-${VERSION}.tgz`],
      ...["--namespace", "test-namespace", "--create-namespace", ...RESTRICTED],
      ...["--set", "dynamo-operator.controllerManager.manager.image.tag=v2.0.0-beta"],
    ], packaged);
    const found = await deployment(ground, "test-namespace", "dynamo-test");
    assertEquals(operatorFlags(found).includes("--operator-version=v2.0.0-beta"), true);
  });

  await t.step("a second cluster-wide operator is refused, whatever it is called", async () => {
    for (const [release, namespace] of [["other", "default"], ["dynamo-platform", "default"]]) {
      const said = await ground.refusal([
        ...["install", release ?? "", "./platform/", "--namespace", namespace ?? ""],
      ]);
      assertStringIncludes(said, "Cannot install a second cluster-wide operator");
      assertStringIncludes(said, "helm uninstall dynamo-platform --namespace dynamo-system");
    }
  });

  await t.step("an upgrade changes the operator and no object of users", async () => {
    await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(userGraph()));
    await ground.helm([
      ...["upgrade", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"],
      ...["--set", "dynamo-operator.controllerManager.manager.image.tag=0.2.0"],
    ]);
    await ground.helm(["upgrade", "dynamo-crds", "./crds/", "--namespace", "default"]);
    assertEquals(imageOf(await deployment(ground)), "dynamo-operator:0.2.0");
    assertEquals(await names("dgd", "-n", "default"), ["dynamographdeployment.nvidia.com/kept"]);
  });

  await t.step("uninstalling keeps the kinds and the objects of users", async () => {
    await ground.helm(["uninstall", "dynamo-test", "--namespace", "test-namespace"]);
    await ground.helm(["uninstall", "dynamo-platform", "--namespace", "my-namespace"]);
    await ground.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
    await ground.helm(["uninstall", "dynamo-crds", "--namespace", "default"]);
    assertEquals((await names("crd")).sort(), crdNames());
    assertEquals(await names("dgd", "-n", "default"), ["dynamographdeployment.nvidia.com/kept"]);
    const left = (await names("clusterroles,clusterrolebindings")).filter((name) =>
      name.includes("dynamo")
    );
    assertEquals(left, []);
  });

  await t.step("both charts can be installed again", async () => {
    await installCrdChart(ground);
    await ground.helm([
      "install",
      "dynamo-platform",
      "./platform/",
      "--namespace",
      "dynamo-system",
    ]);
    await ground.helm(["uninstall", "dynamo-platform", "--namespace", "dynamo-system"]);
  });

  await t.step("a cluster-wide operator of another name is found too", async () => {
    await ground.helm([
      ...["install", "renamed", "./platform/", "--namespace", "dynamo-system"],
      ...["--set", "dynamo-operator.fullnameOverride=inference"],
    ]);
    const install = ["install", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"];
    assertStringIncludes(await ground.refusal(install), 'release "renamed" in namespace');
    await ground.helm(["uninstall", "renamed", "--namespace", "dynamo-system"]);
  });

  await t.step("the Go operator counts as a cluster-wide operator", async () => {
    await cluster.kubectl([
      ...["create", "clusterrole", "nvidia-dynamo-operator-manager-role"],
      ...["--verb=get", "--resource=pods"],
    ]);
    const said = await ground.refusal([
      ...["install", "dynamo-platform", "./platform/", "--namespace", "dynamo-system"],
    ]);
    assertStringIncludes(said, '(ClusterRole "nvidia-dynamo-operator-manager-role")');
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
  { cluster }: Ground,
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

function userGraph() {
  const graph = graphOf("kept", { Frontend: { componentType: "frontend", replicas: 1 } });
  return { ...graph, metadata: { name: "kept", namespace: "default" } };
}
