// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Secret } from "../../kube/builtin.ts";
import { decide, type Decision } from "../apply/decide.ts";
import { observedFrom } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { soloComponent } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { mpiSecrets, mpiSecretWarnings, usesMpiSecret } from "./mpi_secret.ts";

const NAME = "mpi-run-ssh-secret";
const SOURCE = "dynamo-system";
const newKey = { privateKey: "new private", publicKey: "new public" };
const newData = { "private.key": btoa("new private"), "private.key.pub": btoa("new public") };
const data = { "private.key": "a2V5", "private.key.pub": "cHVi" };
const OWN = { "nvidia.com/managed-by": "dynamo-operator" };

const trtllm: ServiceSpec = {
  componentType: "worker",
  backendFramework: "trtllm",
  multinode: { nodeCount: 2 },
};

function secret(namespace: string, change: Partial<Secret> = {}, labels = {}): Secret {
  const metadata = { name: NAME, namespace, uid: `uid-${namespace}`, labels };
  return { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data, ...change };
}

function plan(
  { live, source, from = SOURCE, namespace = "ns", key = newKey }: {
    live?: Secret;
    source?: Secret;
    from?: string;
    namespace?: string;
    key?: typeof newKey | undefined;
  } = {},
): Planned<Secret>[] {
  const observed = observedFrom(live ? [live] : []);
  const config = platformConfig({ mpiSecret: { name: NAME, namespace: from } });
  const parent = soloComponent(trtllm, { namespace });
  return mpiSecrets(parent, { ...observed, source, newKey: key }, config);
}

function summary(planned: Planned<Secret>[]) {
  return planned.map(({ policy, manifest, initially }) => ({
    policy,
    namespace: manifest.metadata.namespace,
    data: manifest.data ?? initially?.["data"],
  }));
}

function decisionOf(planned: Planned | undefined, live?: Secret): Decision | undefined {
  const parent = soloComponent(trtllm);
  const dropped = { get: () => undefined };
  return planned && decide({ parent, planned, live, dropped, hasSameIdentity: () => false });
}

Deno.test("only a multinode TensorRT-LLM service uses the Secret", () => {
  assertEquals(usesMpiSecret(trtllm), true);
  assertEquals(usesMpiSecret({ ...trtllm, multinode: { nodeCount: 1 } }), false);
  assertEquals(usesMpiSecret({ ...trtllm, backendFramework: "vllm" }), false);
  assertEquals(usesMpiSecret({ ...trtllm, componentType: "frontend" }), false);
  assertEquals(usesMpiSecret(undefined), false);
  const args = ["python3 -m dynamo.vllm"];
  assertEquals(usesMpiSecret({ ...trtllm, extraPodSpec: { mainContainer: { args } } }), false);
});

Deno.test("the Secret is copied into the namespace of the component", () => {
  const planned = plan({ source: secret(SOURCE, { type: "example.com/ssh" }) });
  assertEquals(summary(planned), [{ policy: "shared", namespace: "ns", data }]);
  const decision = decisionOf(planned[0]);
  assertEquals(decision?.action, "create");
  const copy = (decision as { manifest: Secret }).manifest;
  assertEquals(copy.type, "example.com/ssh");
  assertEquals(copy.data, data);
  assertEquals(copy.metadata.ownerReferences?.map(({ name, controller }) => [name, controller]), [
    ["solo", undefined],
  ]);
  assertEquals(planned[0]?.prerequisite, true);
});

Deno.test("without a source, a new key becomes the source and the copy", () => {
  const planned = plan();
  assertEquals(summary(planned), [
    { policy: "create", namespace: SOURCE, data: newData },
    { policy: "shared", namespace: "ns", data: newData },
  ]);
  const source = decisionOf(planned[0]) as { manifest: Secret };
  assertEquals(source.manifest.metadata.ownerReferences, undefined);
});

Deno.test("without a namespace for the source, the namespace of the component gets its own key", () => {
  assertEquals(summary(plan({ from: "" })), [
    { policy: "shared", namespace: "ns", data: newData },
  ]);
});

Deno.test("in the namespace of the source, only an absent source is created", () => {
  assertEquals(summary(plan({ namespace: SOURCE })), [
    { policy: "create", namespace: SOURCE, data: newData },
  ]);
  const source = secret(SOURCE);
  assertEquals(plan({ namespace: SOURCE, live: source, source }), []);
});

Deno.test("the data of a copy is never overwritten", () => {
  const source = secret(SOURCE, { data: newData });
  const live = secret("ns", {}, OWN);
  const [planned] = plan({ live, source });
  const first = decisionOf(planned, live) as { action: string; manifest: Secret };
  assertEquals(first.action, "apply");
  assertEquals(first.manifest.data, data);
  assertEquals(decisionOf(planned, { ...first.manifest })?.action, "none");
});

Deno.test("a Secret of a user or of the Go operator is used as it is", () => {
  assertEquals(plan({ live: secret("ns"), source: secret(SOURCE) }), []);
});

Deno.test("without a key, nothing is planned", () => {
  const config = platformConfig();
  const nothing = { ...observedFrom([]), source: undefined, newKey: undefined };
  assertEquals(mpiSecrets(soloComponent(trtllm), nothing, config), []);
});

Deno.test("a Secret without a key pair is a warning", () => {
  const warnings = (live?: Secret, source?: Secret) =>
    mpiSecretWarnings({ ...observedFrom(live ? [live] : []), source }, platformConfig())
      .map(({ message }) => message.slice(0, message.indexOf(",")));
  assertEquals(warnings(), []);
  assertEquals(warnings(secret("ns")), []);
  assertEquals(warnings(secret("ns", { data: {} })), [
    'Secret "ns/mpi-run-ssh-secret" lacks private.key and private.key.pub',
  ]);
  assertEquals(warnings(undefined, secret(SOURCE, { data: { "private.key": "x" } })), [
    'Secret "dynamo-system/mpi-run-ssh-secret" lacks private.key.pub',
  ]);
});
