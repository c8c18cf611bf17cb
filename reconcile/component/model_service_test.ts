// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Service } from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { soloComponent } from "../testing/components.ts";
import {
  formerModelServices,
  isModelService,
  isOperatorMade,
  modelService,
} from "./model_service.ts";

const QWEN = "Qwen/Qwen3-0.6B";
const QWEN_SERVICE = "dynamo-model-fb68f5a6";

function serving(name: string, model: string | undefined, metadata = {}) {
  const spec = model === undefined ? {} : { modelRef: { name: model } };
  return soloComponent(spec, { name, uid: `uid-${name}`, ...metadata });
}

function liveService(name: string, ...uids: string[]): Service {
  const ownerReferences = uids.map((uid) => ({
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    name: uid.slice("uid-".length),
    uid,
  }));
  return { apiVersion: "v1", kind: "Service", metadata: { name, ownerReferences } };
}

function ownersOf(planned: Planned | undefined): string[] | undefined {
  return planned?.coOwners?.map(({ metadata }) => metadata.name);
}

Deno.test("a model has one headless Service for all of its pods", () => {
  const component = serving("a", QWEN);
  assertEquals(modelService(component, [component])?.manifest, {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: QWEN_SERVICE,
      namespace: "ns",
      labels: {
        "nvidia.com/dynamo-base-model-hash": "fb68f5a6",
        "nvidia.com/managed-by": "dynamo-operator",
      },
      annotations: { "nvidia.com/dynamo-base-model": QWEN },
    },
    spec: {
      clusterIP: "None",
      selector: { "nvidia.com/dynamo-base-model-hash": "fb68f5a6" },
      ports: [{ name: "system", port: 9090, targetPort: 9090, protocol: "TCP" }],
    },
  });
});

Deno.test("all components of a model plan the same Service and co-own it", () => {
  const all = [
    serving("b", QWEN),
    serving("a", QWEN),
    serving("c", "other"),
    serving("d", undefined),
  ];
  const plans = all.slice(0, 2).map((component) => modelService(component, all));
  assertEquals(plans[0], plans[1]);
  assertEquals(ownersOf(plans[0]), ["a", "b"]);
});

Deno.test("a component that is being deleted is not a co-owner", () => {
  const deleting = serving("b", QWEN, { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const planned = modelService(serving("a", QWEN), [deleting]);
  assertEquals(ownersOf(planned), ["a"]);
});

Deno.test("the planned component counts with its planned model, not with the stored one", () => {
  const now = serving("a", QWEN);
  const planned = modelService(now, [serving("a", "older")]);
  assertEquals(ownersOf(planned), ["a"]);
  assertEquals(modelService(serving("a", undefined), [now]), undefined);
});

Deno.test("Services of models that a component no longer serves are returned", () => {
  const live = [
    liveService(QWEN_SERVICE, "uid-a"),
    liveService("dynamo-model-00000000", "uid-a", "uid-b"),
    liveService("a", "uid-a"),
  ];
  const names = formerModelServices([QWEN_SERVICE], live).map(({ metadata }) => metadata.name);
  assertEquals(names, ["dynamo-model-00000000"]);
  const all = formerModelServices([], live);
  assertEquals(all.map(({ metadata }) => metadata.name), [QWEN_SERVICE, "dynamo-model-00000000"]);
});

Deno.test("a model Service is recognized by its name, an operator's object by its label or owner", () => {
  assertEquals(isModelService(liveService(QWEN_SERVICE)), true);
  assertEquals(isModelService(liveService("demo-worker")), false);
  assertEquals(isOperatorMade(liveService(QWEN_SERVICE)), false);
  assertEquals(isOperatorMade(liveService(QWEN_SERVICE, "uid-a")), true);
  const labels = { "nvidia.com/managed-by": "dynamo-operator" };
  assertEquals(
    isOperatorMade({ apiVersion: "v1", kind: "Service", metadata: { name: "x", labels } }),
    true,
  );
});
