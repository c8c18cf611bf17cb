// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graphOf } from "../support/graphs.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";
import { documentedCommand, runInShell } from "./documented_commands.ts";
import { installGoRelease, upgradeToGoRelease } from "./go_release.ts";
import { NAMESPACE, RELEASE } from "./go_names.ts";
import { CHARTS } from "./helm.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const UPGRADE = ["upgrade", RELEASE, "./platform/", "--namespace", NAMESPACE];
/** Kinds of the objects in the hooks of NVIDIA's chart, and of the objects that these hooks create. */
const HOOK_KINDS =
  "serviceaccounts,roles,rolebindings,jobs,secrets,clusterroles,clusterrolebindings";
const HOOKS = /webhook|ssh/;

Deno.test("a release of NVIDIA's chart is upgraded in place, and can return to that chart", async (t) => {
  await using chartCluster = await startChartCluster();
  const { cluster } = chartCluster;
  const names = async (kinds: string) =>
    (await cluster.kubectl(["get", kinds, "-n", NAMESPACE, "-o", "name"])).trim().split("\n");
  const inShell = (command: string) =>
    runInShell(command, {
      kubeconfig: cluster.kubeconfig,
      kubectl: cluster.program("kubectl"),
      directory: CHARTS,
    });
  const documented = async (beginning: string) =>
    await inShell(await documentedCommand(beginning, "migrate.md"));
  await installCrdChart(chartCluster);
  await installGoRelease(chartCluster);
  // On a real cluster, the pods of the hooks create these Secrets. No pods run in this test, so the test creates the
  // Secrets.
  for (const secret of ["webhook-server-cert", "mpi-run-ssh-secret"]) {
    await cluster.kubectl(["create", "secret", "generic", secret, "-n", NAMESPACE]);
  }

  await t.step("the documented check takes the arguments of the Go operator", async () => {
    const command = await documentedCommand("dynamo-operator render --diff", "migrate.md");
    const program = `${Deno.execPath()} run -A ${MAIN}`;
    const output = await inShell(
      command.replace("dynamo-operator", program).replace("~/.kube/config", cluster.kubeconfig),
    );
    assertStringIncludes(output, "No graphs and no components");
  });

  await t.step("the upgrade is refused until every object of NATS is annotated", async () => {
    const refused = await chartCluster.refusal(UPGRADE);
    assertStringIncludes(
      refused,
      `Cannot upgrade release "${RELEASE}": the upgrade would delete nats (configmap/`,
    );
    await cluster.kubectl([
      ...["annotate", "statefulset", "dynamo-platform-nats", "-n", NAMESPACE],
      "helm.sh/resource-policy=keep",
    ]);
    const rest = "(configmap/dynamo-platform-nats-config, service/dynamo-platform-nats)";
    assertStringIncludes(await chartCluster.refusal(UPGRADE), rest);
  });

  await t.step("helm template refuses the same if it may read the cluster", async () => {
    const render = ["template", RELEASE, "./platform/", "--namespace", NAMESPACE, "--is-upgrade"];
    const output = await chartCluster.refusal([...render, "--dry-run=server"]);
    assertStringIncludes(output, "the upgrade would delete nats (configmap/");
    // Without access to the cluster, the templates cannot detect NATS.
    await chartCluster.helm(render);
  });

  await t.step("the documented command marks every object for Argo CD", async () => {
    await documented("kubectl annotate --overwrite statefulset,deployment,");
    for (const name of NATS_PARTS) {
      const object: KubeObject = JSON.parse(
        await cluster.kubectl(["get", name, "-n", NAMESPACE, "-o", "json"]),
      );
      assertEquals(
        object.metadata.annotations?.["argocd.argoproj.io/sync-options"],
        "Prune=false,Delete=false",
      );
    }
  });

  await t.step("the annotated objects are kept, and the operator is replaced", async () => {
    const command = /^\s+kubectl (annotate .*)$/m.exec(await chartCluster.refusal(UPGRADE))?.[1];
    await cluster.kubectl((command ?? "").split(" "));
    await chartCluster.helm([...UPGRADE, "--wait", "--timeout", "60s"]);
    assertEquals(await names("statefulset"), ["statefulset.apps/dynamo-platform-nats"]);
    assertEquals(await natsParts(chartCluster), NATS_PARTS);
    assertEquals(await containers(chartCluster), ["manager dynamo-operator:0.1.0"]);
  });

  await t.step("the documented commands delete the hooks of the former chart", async () => {
    const hooks = async () => (await names(HOOK_KINDS)).filter((name) => HOOKS.test(name));
    assertEquals((await hooks()).length > 10, true);
    for (
      const beginning of [
        "kubectl delete serviceaccount,role,rolebinding,secret ",
        "kubectl delete clusterrole,clusterrolebinding ",
        "kubectl delete job ",
      ]
    ) await documented(beginning);
    assertEquals(await hooks(), ["secret/mpi-run-ssh-secret"]);
  });

  await t.step("helm upgrade to the former chart runs its hooks and keeps NATS", async () => {
    await upgradeToGoRelease(chartCluster);
    assertEquals(await natsParts(chartCluster), NATS_PARTS);
    assertEquals((await containers(chartCluster)).map((text) => text.split(" ")[0]), [
      "kube-rbac-proxy",
      "manager",
    ]);
    const jobs = await names("jobs");
    assertEquals(jobs.includes(`job.batch/${RELEASE}-dynamo-operator-webhook-ca-inject-3`), true);
  });

  await t.step("helm rollback fails if NATS was kept, and otherwise runs no hook", async () => {
    await chartCluster.helm(UPGRADE);
    const rollback = ["rollback", RELEASE, "3", "--namespace", NAMESPACE];
    assertStringIncludes(await chartCluster.refusal(rollback), "nats");
    for (const name of NATS_PARTS) await cluster.kubectl(["delete", name, "-n", NAMESPACE]);
    await chartCluster.helm(rollback);
    const jobs = (await names("jobs")).filter((name) => name.includes("webhook-ca-inject"));
    assertEquals(jobs, [`job.batch/${RELEASE}-dynamo-operator-webhook-ca-inject-3`]);
    const graph = graphOf("refused", { Frontend: { componentType: "frontend", replicas: 1 } });
    const create = ["create", "-n", NAMESPACE, "-f", "-"];
    const refused = await cluster.kubectl(create, JSON.stringify(graph)).catch(String);
    assertStringIncludes(refused, "failed calling webhook");
  });
});

const NATS_PARTS = [
  "configmap/dynamo-platform-nats-config",
  "service/dynamo-platform-nats",
  "statefulset.apps/dynamo-platform-nats",
];

async function natsParts({ cluster }: ChartCluster): Promise<string[]> {
  const text = await cluster.kubectl([
    ...["get", "statefulset,service,configmap", "-n", NAMESPACE, "-o", "name"],
    ...["-l", "app.kubernetes.io/name=nats"],
  ]);
  return text.trim().split("\n").sort();
}

/** Returns the name and the image of each container of the operator. */
async function containers({ cluster }: ChartCluster): Promise<string[]> {
  const deployment: Deployment = JSON.parse(
    await cluster.kubectl([
      ...["get", "deployment", `${RELEASE}-dynamo-operator-controller-manager`],
      ...["-n", NAMESPACE, "-o", "json"],
    ]),
  );
  return deployment.spec?.template.spec?.containers.map(({ name, image }) => `${name} ${image}`) ??
    [];
}
