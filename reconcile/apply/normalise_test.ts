// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KubeObject } from "../../kube/object.ts";
import { normalise as normaliseBy } from "./normalise.ts";
import { shapeOfManifest } from "./testing/objects.ts";

function normalise<T extends KubeObject>(manifest: T): T {
  return normaliseBy(manifest, shapeOfManifest(manifest));
}

function deployment(podSpec: Record<string, unknown>): KubeObject & { spec: unknown } {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: { template: { spec: podSpec } },
  };
}

function podSpec(spec: Record<string, unknown>): unknown {
  return (normalise(deployment(spec)).spec as { template: { spec: unknown } }).template.spec;
}

Deno.test("nulls are removed everywhere", () => {
  const spec = { a: null, nodeSelector: { x: null, y: "1" }, tolerations: [null, { key: null }] };
  assertEquals(podSpec(spec), { nodeSelector: { y: "1" }, tolerations: [{}] });
});

Deno.test("of two items with one key the last wins, in the place of the first", () => {
  const env = [{ name: "A", value: "1" }, { name: "B", value: "2" }, { name: "A", value: "3" }];
  assertEquals(podSpec({ containers: [{ name: "main", env }] }), {
    containers: [{
      name: "main",
      env: [{ name: "A", value: "3" }, { name: "B", value: "2" }],
    }],
  });
});

Deno.test("every keyed list of a pod is de-duplicated by its own key", () => {
  const twice = (item: Record<string, unknown>) => [{ ...item, old: 1 }, item];
  const container = {
    name: "c",
    env: [{ name: "E" }],
    volumeMounts: [{ mountPath: "/m", name: "v" }],
    volumeDevices: [{ devicePath: "/dev/x", name: "v" }],
    resources: { claims: [{ name: "gpu" }] },
  };
  const doubled = {
    ...container,
    env: twice({ name: "E" }),
    volumeMounts: twice({ mountPath: "/m", name: "v" }),
    volumeDevices: twice({ devicePath: "/dev/x", name: "v" }),
    resources: { claims: twice({ name: "gpu" }) },
  };
  const lists = {
    volumes: { name: "v" },
    imagePullSecrets: { name: "s" },
    hostAliases: { ip: "10.0.0.1" },
    topologySpreadConstraints: { topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
    resourceClaims: { name: "gpu" },
    schedulingGates: { name: "g" },
  };
  const single = Object.fromEntries(Object.entries(lists).map(([k, v]) => [k, [v]]));
  const double = Object.fromEntries(Object.entries(lists).map(([k, v]) => [k, twice(v)]));
  for (const containers of ["containers", "initContainers", "ephemeralContainers"]) {
    assertEquals(
      podSpec({ ...double, [containers]: [{ name: "c", old: 1 }, doubled] }),
      { ...single, [containers]: [container] },
    );
  }
});

Deno.test("ports without a protocol count as TCP", () => {
  const ports = [
    { containerPort: 80, name: "a" },
    { containerPort: 80, protocol: "UDP" },
    { containerPort: 80, protocol: "TCP", name: "b" },
    { containerPort: 80, protocol: "", name: "c" },
  ];
  assertEquals(podSpec({ containers: [{ name: "main", ports }] }), {
    containers: [{
      name: "main",
      ports: [{ containerPort: 80, name: "c" }, { containerPort: 80, protocol: "UDP" }],
    }],
  });
});

Deno.test("the ports of a Service are keyed by port and protocol", () => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "s", ownerReferences: [owner("u", "old"), owner("u", "new")] },
    spec: { ports: [{ port: 1, targetPort: "a" }, { port: 1, protocol: "TCP" }] },
  };
  assertEquals(normalise(service), {
    ...service,
    metadata: { name: "s", ownerReferences: [owner("u", "new")] },
    spec: { ports: [{ port: 1, protocol: "TCP" }] },
  });
});

function owner(uid: string, name: string) {
  return { apiVersion: "v1", kind: "Pod", uid, name };
}

Deno.test("zeros that mean the default are removed, other zeros stay", () => {
  const probe = { periodSeconds: 0, initialDelaySeconds: 0, terminationGracePeriodSeconds: 0 };
  assertEquals(
    podSpec({ restartPolicy: "", containers: [{ name: "c", livenessProbe: probe }] }),
    {
      containers: [{
        name: "c",
        livenessProbe: { initialDelaySeconds: 0, terminationGracePeriodSeconds: 0 },
      }],
    },
  );
});

Deno.test("atomic lists and lists of unknown kinds keep their duplicates", () => {
  const tolerations = [{ key: "a" }, { key: "a" }];
  assertEquals(podSpec({ tolerations }), { tolerations });
  const custom = {
    apiVersion: "example.com/v1",
    kind: "Custom",
    metadata: { name: "x" },
    spec: { envs: [{ name: "A" }, { name: "A" }] },
  };
  assertEquals(normalise(custom), custom);
});

Deno.test("normalising is idempotent and does not change its input", () => {
  fc.assert(fc.property(fc.object({ withNullPrototype: false }), (spec) => {
    const manifest = deployment(spec);
    const before = JSON.stringify(manifest);
    const once = normalise(manifest);
    assertEquals(normalise(once), once);
    assertEquals(JSON.stringify(manifest), before);
  }));
});
