// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Service } from "../../kube/builtin.ts";
import { helm, refusal } from "./helm.ts";
import { only, operatorValues, render } from "./render.ts";

Deno.test("a misspelt value is refused at every level, and the error contains its name", async () => {
  for (
    const setting of [
      "natz",
      "global.grove.instal",
      ...[
        "namespaceRestriction.enable",
        "controllerManager.manager.image.tagg",
        "controllerManager.kubeRbacProxy.imag",
        "metricsService.portz",
        "nats.enabld",
        "dynamo.istio.enabld",
        "dynamo.dockerRegistry.servr",
        "dynamo.components.serviceAcount",
        "dynamo.internalImages.debuger",
        "dynamo.mpiRun.sshKeygen.enabld",
        "webhook.enabledd",
        "webhook.certificateSecret.nam",
        "webhook.certManager.certificate.rootCA.renewBefor",
        "checkpoint.enabld",
      ].map((setting) => `dynamo-operator.${setting}`),
    ]
  ) assertStringIncludes(await refuse(`${setting}=true`), `'${setting.split(".").at(-1)}'`);
});

Deno.test("the CRD chart does not accept values", async () => {
  const args = ["template", "r", "./crds/", "--set"];
  assertStringIncludes(await refusal([...args, "install=false"]), "'install'");
  // Helm passes values below `global` to every subchart, so the chart must accept them.
  await helm([...args, "global.imageRegistry=registry.example"]);
});

Deno.test("the value that enables a chart which is not shipped must be a boolean", async () => {
  for (const name of ["nats", "etcd", "grove", "kai-scheduler"]) {
    assertStringIncludes(await refuse(`${name}.enabled=yes`), `'/${name}/enabled'`);
  }
});

Deno.test("an invalid object name is refused", async () => {
  for (
    const setting of ["fullnameOverride=My_Op", "nameOverride=a.b", "fullnameOverride=-a"]
  ) {
    const output = await refuse(`dynamo-operator.${setting}`);
    assertStringIncludes(output, "does not match pattern");
  }
});

Deno.test("a target namespace is refused for a cluster-wide operator", async () => {
  assertStringIncludes(
    await refuse("dynamo-operator.namespaceRestriction.targetNamespace=team"),
    'Cannot restrict the operator to namespace "team": "namespaceRestriction.enabled" is false',
  );
});

Deno.test("the metrics Service needs a port, which may be a node port", async () => {
  const value = "dynamo-operator.metricsService";
  const empty = ["template", "r", "./platform/", "--set-json", `${value}.ports=[]`];
  assertStringIncludes(await refusal(empty), "'/metricsService/ports'");
  const port = { name: "metrics", port: 8080, nodePort: 30080 };
  const objects = await render({
    values: operatorValues({ metricsService: { type: "NodePort", ports: [port] } }),
  });
  const { spec } = only<Service>(objects, "Service");
  assertEquals(spec?.ports?.map(({ nodePort }) => nodePort), [30080]);
});

Deno.test("a flag that would prevent the start of the operator is refused", async () => {
  const args = (...flags: string[]) =>
    refusal([
      ...["template", "r", "./platform/", "--set-json"],
      `dynamo-operator.controllerManager.manager.args=${JSON.stringify(flags)}`,
    ]);
  assertStringIncludes(await args("--workerz=4"), "the operator does not support this flag");
  assertStringIncludes(await args("workers=4"), "write each flag as one element");
  assertStringIncludes(await args("--workers", "4"), 'Cannot pass "--workers"');
});

Deno.test("enabling a chart that is not shipped is refused with the command that installs it", async () => {
  for (
    const [setting, command] of [
      ["nats.enabled", "helm install r-nats nats --repo"],
      ["etcd.enabled", "helm install r-etcd oci://"],
      ["grove.enabled", "helm install grove oci://"],
      ["kai-scheduler.enabled", "helm install kai-scheduler oci://"],
      ["global.kai-scheduler.install", "helm install kai-scheduler oci://"],
    ] as const
  ) {
    const output = await refusal(["template", "r", "./platform/", "--set", `${setting}=true`]);
    assertStringIncludes(output, `set "${setting}" to false`);
    assertStringIncludes(output, command);
  }
});

Deno.test("values for unsupported features, and an Istio without a gateway, are refused", async () => {
  const refusalOf = (...settings: string[]) =>
    refusal([
      "template",
      "r",
      "./platform/",
      ...settings.flatMap((setting) => ["--set", `dynamo-operator.${setting}`]),
    ]);
  assertStringIncludes(
    await refusalOf("dynamo.istio.enabled=true"),
    'Cannot enable "dynamo.istio" without a gateway: set "dynamo.istio.gateway"',
  );
  assertStringIncludes(await refusalOf("checkpoint.enabled=true"), 'Cannot enable "checkpoint"');
  assertStringIncludes(
    await refusalOf(
      "controllerManager.manager.image.repository=nvcr.io/nvidia/ai-dynamo/kubernetes-operator",
    ),
    "it is the Go operator",
  );
  assertStringIncludes(
    await refusalOf("controllerManager.leaderElection.id=mine"),
    'Cannot use leader election id "mine"',
  );
  assertMatch(
    await refusalOf("controllerManager.leaderElection.namespace=default"),
    /Cannot elect the leader in the release's namespace "default"/,
  );
});

Deno.test("a Kubernetes version that is too old is refused, except the default version that Helm assumes without a cluster", async () => {
  const on = (version: string) => ["template", "r", "./platform/", "--kube-version", version];
  assertStringIncludes(
    await refusal(on("1.29.14")),
    "Cannot install on Kubernetes v1.29.14: the operator needs 1.30 or later; upgrade the cluster first",
  );
  await helm(on("1.30.0"));
  // Cloud providers append suffixes such as -gke.100 to the Kubernetes version.
  await helm(on("1.30.4-gke.100"));
  await helm(["template", "r", "./platform/"]);
});

function refuse(setting: string): Promise<string> {
  return refusal(["template", "r", "./platform/", "--set", setting]);
}
