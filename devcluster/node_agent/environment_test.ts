// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { ContainerConfigError, environment, expand } from "./environment.ts";
import type { NodeContainer, NodePod } from "./pod.ts";

const secrets: Record<string, Record<string, string>> = { aws: { ID: "id", KEY: "key" } };
const readSecret = (name: string) => Promise.resolve(secrets[name]);

function environmentOf(container: Partial<NodeContainer>): Promise<Record<string, string>> {
  const whole = { name: "c", image: "i", ...container };
  const pod: NodePod = {
    metadata: { name: "p", namespace: "ns", uid: "u", annotations: { "a.io/b": "1" } },
    spec: { containers: [whole] },
  };
  return environment(pod, whole, "127.1.2.3", readSecret);
}

Deno.test("variables have values from the spec, fields of the pod and Secrets", async () => {
  const env = await environmentOf({
    envFrom: [{ prefix: "AWS_", secretRef: { name: "aws" } }],
    env: [
      { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.annotations['a.io/b']" } } },
      { name: "C", valueFrom: { fieldRef: { fieldPath: "metadata.annotations['c']" } } },
      { name: "ONE", valueFrom: { secretKeyRef: { name: "aws", key: "ID" } } },
      { name: "NONE", valueFrom: { secretKeyRef: { name: "aws", key: "TOKEN", optional: true } } },
      { name: "URL", value: "http://$(POD_IP):1" },
    ],
  });
  assertEquals(env, {
    AWS_ID: "id",
    AWS_KEY: "key",
    POD_IP: "127.1.2.3",
    B: "1",
    C: "",
    ONE: "id",
    URL: "http://127.1.2.3:1",
  });
});

Deno.test("a missing Secret or key prevents the start of the container", async () => {
  const key = { name: "X", valueFrom: { secretKeyRef: { name: "aws", key: "TOKEN" } } };
  await assertRejects(() => environmentOf({ env: [key] }), ContainerConfigError, "TOKEN");
  const gone = { name: "X", valueFrom: { secretKeyRef: { name: "gone", key: "TOKEN" } } };
  const notFound = 'secret "gone" not found';
  await assertRejects(() => environmentOf({ env: [gone] }), ContainerConfigError, notFound);
  const secretRef = { name: "gone" };
  await assertRejects(() => environmentOf({ envFrom: [{ secretRef }] }), ContainerConfigError);
});

Deno.test("references are replaced like in the kubelet", () => {
  assertEquals(expand("[$(A)]:$(B) $$(A) $A", { A: "1" }), "[1]:$(B) $(A) $A");
});
