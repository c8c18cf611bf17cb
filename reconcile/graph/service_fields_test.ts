// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { podSpecSchema } from "../../crds/fields/pod_spec_schema.ts";
import type { JsonSchema } from "../../crds/json_schema.ts";
import { type ComponentSpec, componentSpec } from "../../crds/kinds/component_spec.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { planComponent } from "../component/plan.ts";
import { graph } from "../testing/graph_builder.ts";
import { componentObserved, graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

/** Types of the conditions that report fields without effect. */
const REPORTS = ["ConfigurationWarning"];
const NOW = "2026-01-01T00:00:00Z";
const MAIN = "Deployment.spec.template.spec.containers.0";

/**
 * Plans a graph with the service `Worker`. Returns the objects by kind, the fields of problems and warnings, and the
 * types of the conditions.
 */
function plan(service: ComponentSpec) {
  const object = graph().withService("Worker", { componentType: "worker", ...service }).build();
  const observed = graphObserved();
  const graphPlan = planGraph(object, observed, platformConfig());
  const view = { object, plan: graphPlan, observed, execution: executionOf(), paused: false };
  const component = graphPlan.components.get("Worker");
  const children = component && graphPlan.problems.length === 0
    ? planComponent(
      { ...component, metadata: { ...component.metadata, uid: "uid" } },
      componentObserved({ graphName: "chat" }),
      platformConfig(),
    ).planned
    : [];
  const manifests = [
    ...component ? [component] : [],
    ...[...graphPlan.planned, ...children].map(({ manifest }) => manifest),
  ];
  return {
    // A component can have two Services: its own, and that of its model. `objects` contains only the first one.
    objects: Object.fromEntries(manifests.toReversed().map((item) => [item.kind, item])),
    problems: graphPlan.problems.map(({ field, message }) => field ?? message),
    warnings: graphPlan.warnings.map(({ field }) => field),
    conditions: graphStatus(view, NOW).conditions?.map(({ type }) => type) ?? [],
  };
}

/**
 * Returns the value at a path such as `Deployment.spec.replicas`. The last step `/KEY` is a key that may contain dots.
 * A step `=NAME` is the list item with this name, such as `containers.=main.image`.
 */
function valueAt(root: unknown, path: string): unknown {
  const steps = path.match(/\/.*$|[^./]+/g) ?? [];
  return steps.reduce((at: unknown, step) => {
    if (Array.isArray(at) && step.startsWith("=")) {
      return at.find((item) => item.name === step.slice(1));
    }
    return typeof at === "object" && at !== null
      ? Object.entries(at).find(([key]) => key === step.replace(/^\//, ""))?.[1]
      : undefined;
  }, root);
}

interface Row {
  value: ComponentSpec;
  /** Expected values by path in the planned objects; undefined for a path that must be absent. */
  at?: Record<string, unknown>;
  /** Fields of the problems, if the operator refuses the service. */
  problems?: string[];
  warnings?: string[];
  conditions?: string[];
}

const probe = { exec: { command: ["true"] } };
const INGRESS = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };

/** Expected effect of each field of a service. */
const FIELDS: Record<keyof ComponentSpec, Row> = {
  annotations: {
    value: { annotations: { note: "x" }, ingress: INGRESS },
    at: {
      "DynamoComponentDeployment.metadata.annotations.note": "x",
      "Deployment.metadata.annotations.note": "x",
      "Service.metadata.annotations.note": "x",
      "Ingress.metadata.annotations.note": "x",
      "Deployment.spec.template.metadata.annotations": undefined,
    },
  },
  labels: {
    value: { labels: { team: "red" }, ingress: INGRESS },
    at: {
      "DynamoComponentDeployment.metadata.labels.team": "red",
      "Deployment.metadata.labels.team": "red",
      "Service.metadata.labels.team": "red",
      "Ingress.metadata.labels.team": "red",
      "Deployment.spec.template.metadata.labels.team": undefined,
    },
  },
  serviceName: {
    value: { serviceName: "mine" },
    at: { "DynamoComponentDeployment.spec.serviceName": "Worker" },
  },
  componentType: {
    value: { componentType: "prefill" },
    at: {
      "Deployment.spec.template.metadata.labels./nvidia.com/dynamo-component-type": "prefill",
      [`${MAIN}.env.=DYN_COMPONENT.value`]: "prefill",
    },
  },
  subComponentType: {
    value: { subComponentType: "decode" },
    at: {
      "Deployment.spec.template.metadata.labels./nvidia.com/dynamo-sub-component-type": "decode",
    },
  },
  dynamoNamespace: {
    value: { dynamoNamespace: "mine" },
    at: { [`${MAIN}.env.=DYN_NAMESPACE.value`]: "team-chat" },
  },
  globalDynamoNamespace: {
    value: { globalDynamoNamespace: true },
    at: { [`${MAIN}.env.=DYN_NAMESPACE.value`]: "dynamo" },
  },
  resources: {
    value: { resources: { limits: { gpu: "2" }, requests: { cpu: "1" } } },
    at: {
      [`${MAIN}.resources.limits./nvidia.com/gpu`]: "2",
      [`${MAIN}.resources.requests.cpu`]: "1",
    },
  },
  autoscaling: {
    value: { autoscaling: { enabled: true } },
    warnings: ["spec.services[Worker].autoscaling"],
    conditions: ["ConfigurationWarning"],
  },
  envs: { value: { envs: [{ name: "A", value: "b" }] }, at: { [`${MAIN}.env.=A.value`]: "b" } },
  envFromSecret: {
    value: { envFromSecret: "hf" },
    at: { [`${MAIN}.envFrom.0.secretRef.name`]: "hf" },
  },
  volumeMounts: {
    value: { volumeMounts: [{ name: "models", mountPoint: "/models" }] },
    at: {
      "Deployment.spec.template.spec.volumes.=models.persistentVolumeClaim.claimName": "models",
      [`${MAIN}.volumeMounts.=models.mountPath`]: "/models",
    },
  },
  ingress: {
    value: { ingress: { ...INGRESS, labels: { l: "m" }, annotations: { a: "b" } } },
    at: {
      "Ingress.spec.rules.0.host": "chat.local",
      "Ingress.metadata.labels.l": "m",
      "Ingress.metadata.annotations.a": "b",
      "Service.metadata.annotations": undefined,
    },
  },
  modelRef: {
    value: { modelRef: { name: "Qwen/Qwen3-0.6B" } },
    at: {
      "Deployment.spec.template.metadata.labels./nvidia.com/dynamo-base-model-hash": "fb68f5a6",
      "Deployment.metadata.annotations./nvidia.com/dynamo-base-model": "Qwen/Qwen3-0.6B",
    },
  },
  sharedMemory: {
    value: { sharedMemory: { size: "64Gi" } },
    at: { "Deployment.spec.template.spec.volumes.=shared-memory.emptyDir.sizeLimit": "64Gi" },
  },
  extraPodMetadata: {
    value: { extraPodMetadata: { labels: { l: "m" }, annotations: { a: "b" } } },
    at: {
      "Deployment.spec.template.metadata.labels.l": "m",
      "Deployment.spec.template.metadata.annotations.a": "b",
      "Deployment.metadata.labels.l": undefined,
      // As with the Go operator, the workload and the Service also get the annotations of the pods.
      "Deployment.metadata.annotations.a": "b",
      "Service.metadata.annotations.a": "b",
    },
  },
  extraPodSpec: {
    value: { extraPodSpec: { hostname: "h", mainContainer: { image: "i:1" } } },
    at: { "Deployment.spec.template.spec.hostname": "h", [`${MAIN}.image`]: "i:1" },
  },
  livenessProbe: { value: { livenessProbe: probe }, at: { [`${MAIN}.livenessProbe`]: probe } },
  readinessProbe: { value: { readinessProbe: probe }, at: { [`${MAIN}.readinessProbe`]: probe } },
  replicas: { value: { replicas: 3 }, at: { "Deployment.spec.replicas": 3 } },
  multinode: {
    value: { multinode: { nodeCount: 2 } },
    problems: ["no multinode orchestrator available"],
    // The operator warns, because it cannot determine the framework of the service.
    warnings: ["spec.services[Worker].multinode"],
    conditions: ["ConfigurationWarning"],
  },
  scalingAdapter: {
    value: { scalingAdapter: { enabled: true } },
    at: { "DynamoGraphDeploymentScalingAdapter.spec.dgdRef.serviceName": "Worker" },
  },
};

Deno.test("each field of a service has an effect, is reported, or is refused with its path", async (t) => {
  assertEquals(Object.keys(FIELDS).sort(), Object.keys(componentSpec.shape).sort());
  for (const [field, row] of Object.entries(FIELDS)) {
    await t.step(field, () => {
      const { objects, problems, warnings, conditions } = plan(row.value);
      const expected = row.at ?? {};
      const actual = Object.keys(expected).map((path) => [path, valueAt(objects, path)]);
      assertEquals(Object.fromEntries(actual), expected);
      assertEquals({ problems, warnings }, {
        problems: row.problems ?? [],
        warnings: row.warnings ?? [],
      });
      assertEquals(conditions.filter((type) => REPORTS.includes(type)), row.conditions ?? []);
    });
  }
});

/** Returns a value that matches the schema, and is neither zero nor empty. */
function sampleOf({ type, properties, items, additionalProperties, anyOf }: JsonSchema): unknown {
  if (anyOf) return 7;
  if (type === "array") return [sampleOf(items ?? { type: "string" })];
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return 7;
  if (type !== "object") return "x";
  if (additionalProperties) return { x: sampleOf(additionalProperties) };
  const [first] = Object.entries(properties ?? {});
  return Object.fromEntries(first ? [[first[0], sampleOf(first[1])]] : []);
}

function propertiesOf(schema: JsonSchema | undefined): [string, JsonSchema][] {
  return Object.entries(schema?.properties ?? {});
}

/**
 * Asserts that the actual value contains the expected one. Actual lists may contain more items, and actual objects may
 * contain more fields.
 */
function assertContains(actual: unknown, expected: unknown, path: string) {
  if (Array.isArray(expected)) {
    const items = Array.isArray(actual) ? actual.map((item) => JSON.stringify(item)) : [];
    for (const item of expected) assert(items.includes(JSON.stringify(item)), path);
  } else if (typeof expected === "object" && expected !== null) {
    for (const [key, value] of Object.entries(expected)) {
      assertContains(valueAt(actual, `/${key}`), value, `${path}.${key}`);
    }
  } else assertEquals(actual, expected, path);
}

Deno.test("each field of a user's pod spec reaches the pods, except a deprecated one", () => {
  for (const [field, schema] of propertiesOf(podSpecSchema)) {
    if (field === "serviceAccount") continue;
    const value = sampleOf(schema);
    const { objects, problems } = plan({ extraPodSpec: { [field]: value } });
    assertEquals(problems, [], field);
    const pod = valueAt(objects, `Deployment.spec.template.spec.${field}`);
    assertContains(pod, value, field);
  }
});

Deno.test("each field of the main container reaches the pods", () => {
  for (const [field, schema] of propertiesOf(podSpecSchema.properties?.["containers"]?.items)) {
    const value = sampleOf(schema);
    const { objects, problems } = plan({ extraPodSpec: { mainContainer: { [field]: value } } });
    assertEquals(problems, [], field);
    assertContains(valueAt(objects, `${MAIN}.${field}`), value, field);
  }
});
