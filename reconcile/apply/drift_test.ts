// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { KubeObject } from "../../kube/object.ts";
import { drift as driftOf, knownDrift, sameQuantity } from "./drift.ts";
import { shapeOfManifest } from "./testing/objects.ts";

type Fields = Record<string, unknown>;

function drift(planned: KubeObject, live: KubeObject): string[] {
  return driftOf(planned, live, shapeOfManifest(planned));
}

function object(
  apiVersion: string,
  kind: string,
  fields: Fields,
  metadata: Fields = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name: "x", ...metadata }, ...fields };
}

function podDrift(planned: Fields, live: Fields): string[] {
  const deployment = (spec: Fields) =>
    object("apps/v1", "Deployment", { spec: { template: { spec } } });
  const prefix = "spec.template.spec.";
  return drift(deployment(planned), deployment(live)).map((path) => path.slice(prefix.length));
}

function containerDrift(planned: Fields, live: Fields): string[] {
  const spec = (container: Fields) => ({ containers: [{ name: "main", ...container }] });
  return podDrift(spec(planned), spec(live)).map((path) =>
    path.slice('containers["main"].'.length)
  );
}

Deno.test("additions of the API server and of other clients are not drift", () => {
  const live = {
    containers: [
      { name: "main", image: "i", imagePullPolicy: "Always", env: [{ name: "INJECTED" }] },
      { name: "injected" },
    ],
    restartPolicy: "Always",
  };
  assertEquals(podDrift({ containers: [{ name: "main", image: "i", env: [] }] }, live), []);
});

Deno.test("an absent or different leaf is drift, with its path", () => {
  assertEquals(
    containerDrift({ image: "a", workingDir: "/w", env: [{ name: "A", value: "1" }] }, {
      image: "b",
      env: [{ name: "A", value: "2" }],
    }),
    ["image", "workingDir", 'env["A"].value'],
  );
});

Deno.test("an item with an empty key equals an item without the key", () => {
  const [named, unnamed] = [{ imagePullSecrets: [{ name: "" }] }, { imagePullSecrets: [{}] }];
  assertEquals(podDrift(named, unnamed), []);
  assertEquals(podDrift(unnamed, named), []);
  assertEquals(podDrift(named, { imagePullSecrets: [] }), ['imagePullSecrets[""]']);
});

Deno.test("items of keyed lists are found by key in any order", () => {
  const ports = [{ containerPort: 80 }, { containerPort: 80, protocol: "UDP", name: "u" }];
  const live = [
    { containerPort: 80, protocol: "UDP", name: "other" },
    { containerPort: 80, protocol: "TCP" },
  ];
  assertEquals(containerDrift({ ports }, { ports: live }), ['ports[80,"UDP"].name']);
  assertEquals(containerDrift({ ports }, { ports: [] }), ['ports[80,"TCP"]', 'ports[80,"UDP"]']);
});

const variables = fc.uniqueArray(
  fc.record({ name: fc.constantFrom("A", "B", "C", ""), value: fc.constantFrom("1", "2", "") }),
  { selector: ({ name }) => name },
);

Deno.test("the order of live items does not matter, for any keyed list", () => {
  fc.assert(fc.property(variables, variables, (planned, live) => {
    const paths = containerDrift({ env: planned }, { env: live });
    assertEquals(containerDrift({ env: planned }, { env: live.toReversed() }), paths);
    const byName = new Map(live.map((item) => [item.name, item]));
    const different = planned.filter(({ name, value }) =>
      !byName.has(name) || byName.get(name)?.value !== value
    );
    assertEquals(paths.length, different.length);
  }));
});

Deno.test("the last drift of a manifest is not returned for another content", () => {
  const labels = fc.option(fc.constant({ a: "1" }), { nil: undefined });
  const live = fc.record({
    metadata: fc.record({ labels, resourceVersion: fc.constantFrom("1", "2") }),
    fields: fc.record({ spec: fc.record({ replicas: fc.nat(1) }), status: fc.constant({}) }),
  });
  fc.assert(fc.property(fc.array(live), (states) => {
    const spec = { replicas: 1 };
    const planned = object("apps/v1", "Deployment", { spec }, { labels: { a: "1" } });
    for (const { metadata, fields } of states) {
      const state = object("apps/v1", "Deployment", fields, metadata);
      const shape = shapeOfManifest(planned);
      assertEquals(knownDrift(planned, state, shape), driftOf(planned, state, shape));
    }
  }));
});

Deno.test("only quantity fields are compared as quantities", () => {
  const planned = { resources: { limits: { cpu: "1000m", "nvidia.com/gpu": 1 } } };
  assertEquals(
    containerDrift(planned, { resources: { limits: { cpu: "1", "nvidia.com/gpu": "1" } } }),
    [],
  );
  assertEquals(
    containerDrift(planned, { resources: { limits: { cpu: "2", "nvidia.com/gpu": "1" } } }),
    ["resources.limits.cpu"],
  );
  assertEquals(containerDrift({ args: ["1000m"] }, { args: ["1"] }), ["args[0]"]);
  const volumes = (sizeLimit: string) => [{ name: "v", emptyDir: { sizeLimit } }];
  assertEquals(podDrift({ volumes: volumes("1024Mi") }, { volumes: volumes("1Gi") }), []);
});

Deno.test("an empty value equals an absent one, another value is drift", () => {
  const planned = { stdin: false, workingDir: "", command: [], securityContext: {} };
  assertEquals(containerDrift(planned, {}), []);
  assertEquals(containerDrift(planned, { stdin: true, workingDir: "/", command: ["x"] }), [
    "stdin",
    "workingDir",
    "command",
  ]);
  assertEquals(containerDrift({ env: [{ name: "A", value: "" }] }, { env: [{ name: "A" }] }), []);
});

Deno.test("a planned zero that was replaced by the default is drift", () => {
  assertEquals(
    podDrift({ terminationGracePeriodSeconds: 0 }, { terminationGracePeriodSeconds: 30 }),
    [
      "terminationGracePeriodSeconds",
    ],
  );
});

Deno.test("a missing emptyDir or all-matching selector is drift although it is empty", () => {
  const volumes = [{ name: "v", emptyDir: {} }];
  assertEquals(podDrift({ volumes }, { volumes: [{ name: "v", hostPath: { path: "/" } }] }), [
    'volumes["v"].emptyDir',
  ]);
});

Deno.test("an added item of a keyed list is drift inside an atomic list", () => {
  const shape = {
    fields: { groups: { each: { fields: { items: { keys: [{ field: "name" }] } } } } },
  };
  const of = (...names: string[]) =>
    object("example.com/v1", "Example", { groups: [{ items: names.map((name) => ({ name })) }] });
  assertEquals(driftOf(of("a"), of("a", "b"), shape), ['groups[0].items["b"]']);
  assertEquals(driftOf(of("a", "b"), of("b", "a"), shape), []);
});

Deno.test("atomic lists must match as a whole, except for defaults", () => {
  assertEquals(containerDrift({ args: ["a", "b"] }, { args: ["a"] }), ["args"]);
  assertEquals(containerDrift({ args: ["a"] }, { args: ["a", "b"] }), ["args"]);
  const tolerations = [{ key: "a", operator: "Exists" }];
  assertEquals(
    podDrift({ tolerations }, { tolerations: [{ ...tolerations[0], effect: "NoExecute" }] }),
    [
      "tolerations[0].effect",
    ],
  );
  const projected = (more: Fields) => [{
    name: "v",
    projected: {
      sources: [
        { serviceAccountToken: { path: "t", ...more } },
        {
          downwardAPI: {
            items: [{ path: "p", fieldRef: { fieldPath: "spec", ...fieldRef(more) } }],
          },
        },
      ],
    },
  }];
  const fieldRef = (more: Fields) => Object.keys(more).length > 0 ? { apiVersion: "v1" } : {};
  const filledIn = projected({ expirationSeconds: 3600 });
  assertEquals(podDrift({ volumes: projected({}) }, { volumes: filledIn }), []);
  assertEquals(
    podDrift({ volumes: projected({}) }, { volumes: projected({ expirationSeconds: 7200 }) }),
    ['volumes["v"].projected.sources[0].serviceAccountToken.expirationSeconds'],
  );
});

Deno.test("an addition to the selector of a Service or the rules of a Role is drift", () => {
  const service = (selector: Fields) => object("v1", "Service", { spec: { selector } });
  assertEquals(drift(service({ a: "1" }), service({ a: "1", b: "2" })), ["spec.selector.b"]);
  const role = (rule: Fields) =>
    object("rbac.authorization.k8s.io/v1", "Role", { rules: [{ verbs: ["get"], ...rule }] });
  assertEquals(drift(role({}), role({ resourceNames: ["one"] })), ["rules[0].resourceNames"]);
});

Deno.test("labels, annotations and owner references are compared, other metadata is not", () => {
  const owner = { apiVersion: "v1", kind: "Pod", name: "p", uid: "u" };
  const planned = object("v1", "Service", {}, {
    labels: { a: "1" },
    annotations: { b: "2", "nvidia.com/plan-hash": "new" },
    finalizers: ["f"],
    ownerReferences: [owner],
  });
  assertEquals(drift(planned, object("v1", "Service", {})), [
    "metadata.annotations.b",
    "metadata.labels.a",
    'metadata.ownerReferences["u"]',
  ]);
  const live = (reference: Fields) =>
    object("v1", "Service", {}, {
      labels: { a: "1", more: "" },
      annotations: { b: "2", "nvidia.com/plan-hash": "old" },
      ownerReferences: [{ ...owner, uid: "other" }, { ...owner, ...reference }],
    });
  assertEquals(drift(planned, live({})), []);
  assertEquals(drift(planned, live({ controller: true })), [
    'metadata.ownerReferences["u"].controller',
  ]);
});

Deno.test("in a custom kind, defaults may appear inside list items", () => {
  const custom = (spec: Fields) => object("example.com/v1", "Custom", { spec });
  const planned = custom({ ports: [{ port: 1 }], resources: { limits: { cpu: "1000m" } } });
  const live = { ports: [{ port: 1, protocol: "TCP" }], resources: { limits: { cpu: "1" } }, x: 1 };
  const port = { fields: { protocol: { filledIn: "TCP" } } };
  const shape = { fields: { spec: { fields: { ports: { each: port } } } } };
  assertEquals(driftOf(planned, custom(live), shape), ["spec.resources.limits.cpu"]);
});

Deno.test("an object never drifts from itself", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
    const deployment = object("apps/v1", "Deployment", { spec: { template: { spec } } });
    const paths = drift(deployment, JSON.parse(JSON.stringify(deployment)));
    assertEquals(paths, []);
  }));
});

Deno.test("quantities are compared by value, in any notation", () => {
  for (
    const [a, b] of [["1000m", "1"], ["1", 1], ["1024Mi", "1Gi"], ["0.5", "500m"], ["1e3", "1k"]]
  ) {
    assertEquals(sameQuantity(a, b, "exact"), true, `${a} and ${b}`);
  }
  assertEquals(sameQuantity("1G", "1Gi", "exact"), false);
  assertEquals(sameQuantity("1", undefined, "exact"), false);
});

Deno.test("limits and requests are rounded up to thousandths, as the API server stores them", () => {
  assertEquals(sameQuantity("100u", "1m", "milli"), true);
  assertEquals(sameQuantity("-100u", "-1m", "milli"), true);
  assertEquals(sameQuantity("100u", "1m", "exact"), false);
});

Deno.test("a value that is not a quantity differs from everything, itself included", () => {
  assertEquals(sameQuantity("many", "many", "exact"), false);
  assertEquals(sameQuantity({}, {}, "exact"), false);
});
