// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments, services } from "../../kube/builtin.ts";
import { shapeOf } from "../../kube/resource.ts";
import { removedFields, reorderedLists } from "./removed_fields.ts";
import { objectOf } from "./testing/objects.ts";

const SHAPE = shapeOf(deployments);

function deployment(pod: unknown, more: Record<string, unknown> = {}) {
  return objectOf("apps/v1", "Deployment", { template: { spec: pod }, ...more });
}

Deno.test("fields and list items that the result lacks are removed, with the paths of drift", () => {
  const before = deployment({
    tolerations: [{ key: "gpu" }],
    nodeSelector: { pool: "a" },
    containers: [
      { name: "main", image: "i:1", args: ["x"], env: [{ name: "A", value: "1" }, { name: "B" }] },
      { name: "side", image: "s:1" },
    ],
  });
  const after = deployment({
    nodeSelector: {},
    containers: [{ name: "main", image: "i:1", env: [{ name: "B" }] }],
  });
  assertEquals(removedFields(before, after, SHAPE), [
    "spec.template.spec.tolerations",
    "spec.template.spec.nodeSelector.pool",
    'spec.template.spec.containers["main"].args',
    'spec.template.spec.containers["main"].env["A"]',
    'spec.template.spec.containers["side"]',
  ]);
});

Deno.test("a removed field is not reported if the API server sets the same value as a default", () => {
  const probe = { httpGet: { port: 1 } };
  const before = deployment({
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    serviceAccountName: "a",
    serviceAccount: "a",
    volumes: [{ name: "s", secret: { secretName: "s", defaultMode: 420 } }],
    containers: [{
      name: "main",
      image: "registry:5000/i:1",
      imagePullPolicy: "IfNotPresent",
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      resources: {},
      env: [{
        name: "A",
        valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } },
      }],
      livenessProbe: {
        httpGet: { port: 1, scheme: "HTTP", path: "/" },
        failureThreshold: 3,
        periodSeconds: 10,
        successThreshold: 1,
        timeoutSeconds: 1,
      },
    }],
  }, { revisionHistoryLimit: 10, strategy: { type: "RollingUpdate" } });
  const after = deployment({
    serviceAccountName: "a",
    volumes: [{ name: "s", secret: { secretName: "s" } }],
    containers: [{
      name: "main",
      image: "registry:5000/i:1",
      env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      livenessProbe: probe,
    }],
  }, { strategy: {} });
  assertEquals(removedFields(before, after, SHAPE), []);
});

Deno.test("another value than the default is removed", () => {
  const container = { name: "main", image: "i" };
  const before = deployment({
    restartPolicy: "Never",
    terminationGracePeriodSeconds: 60,
    serviceAccount: "old",
    containers: [{ ...container, imagePullPolicy: "Never", terminationMessagePolicy: "Other" }],
  });
  const after = deployment({ serviceAccountName: "new", containers: [container] });
  assertEquals(removedFields(before, after, SHAPE).length, 5);
  const pulled = (image: string, imagePullPolicy: string) =>
    removedFields(
      deployment({ containers: [{ name: "main", image, imagePullPolicy }] }),
      deployment({ containers: [{ name: "main", image }] }),
      SHAPE,
    ).length;
  assertEquals(pulled("i", "Always"), 0);
  assertEquals(pulled("i:latest", "Always"), 0);
  assertEquals(pulled("host:80/i", "Always"), 0);
  assertEquals(pulled("i@sha256:0", "IfNotPresent"), 0);
  assertEquals(pulled("i:1", "Always"), 1);
});

Deno.test("labels and annotations count, other metadata and the status do not", () => {
  const service = (metadata: Record<string, unknown>, more = {}) => ({
    ...objectOf("v1", "Service", { type: "ClusterIP" }),
    metadata: { name: "a", ...metadata },
    ...more,
  });
  const before = service(
    { uid: "1", labels: { a: "1", b: "" }, annotations: { c: "1" }, finalizers: ["f"] },
    { status: { loadBalancer: {} } },
  );
  const after = service({ labels: { a: "1" }, annotations: {} });
  assertEquals(removedFields(before, after, shapeOf(services)), [
    "metadata.labels.b",
    "metadata.annotations.c",
  ]);
});

Deno.test("a keyed list is reordered if its common items stand in another order", () => {
  const env = (...names: string[]) =>
    deployment({ containers: [{ name: "main", env: names.map((name) => ({ name })) }] });
  const path = 'spec.template.spec.containers["main"].env';
  assertEquals(reorderedLists(env("A", "B"), env("B", "A"), SHAPE), [path]);
  assertEquals(reorderedLists(env("A", "C", "B"), env("A", "X", "B"), SHAPE), []);
  const args = (...list: string[]) => deployment({ containers: [{ name: "main", args: list }] });
  assertEquals(reorderedLists(args("a", "b"), args("b", "a"), SHAPE), []);
});
