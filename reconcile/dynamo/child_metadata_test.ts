// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphService, soloService } from "../testing/components.ts";
import { commonPodLabels, objectAnnotations, objectLabels } from "./child_metadata.ts";

const GRAPH_LABELS = {
  "nvidia.com/dynamo-component": "Worker",
  "nvidia.com/dynamo-namespace": "ns-demo",
  "nvidia.com/dynamo-graph-deployment-name": "demo",
};

Deno.test("labels of a service reach its objects, and its pods only if it is standalone", () => {
  const inGraph = graphService({ labels: { ...GRAPH_LABELS, team: "red" } });
  assertEquals(objectLabels(inGraph), { ...GRAPH_LABELS, team: "red" });
  assertEquals(commonPodLabels(inGraph, {}), GRAPH_LABELS);
  const solo = soloService({ labels: { team: "red" } });
  assertEquals(objectLabels(solo), { team: "red" });
  assertEquals(commonPodLabels(solo, {}), { team: "red" });
});

Deno.test("labels of one object override those of the service, but not those of the graph and the model", () => {
  const service = graphService({
    labels: { ...GRAPH_LABELS, team: "red" },
    modelRef: { name: "m" },
  });
  const { "nvidia.com/dynamo-base-model-hash": hash, ...others } = objectLabels(service, {
    team: "blue",
    "nvidia.com/dynamo-component": "mine",
    "nvidia.com/dynamo-base-model-hash": "mine",
  });
  assertEquals(others, { ...GRAPH_LABELS, team: "blue" });
  assertEquals(hash?.length, 8);
});

Deno.test("labels and annotations that tools add to the metadata of a component are not copied", () => {
  const tools = {
    "app.kubernetes.io/instance": "a",
    "argocd.argoproj.io/instance": "a",
    "kustomize.toolkit.fluxcd.io/name": "a",
    "velero.io/restore-name": "a",
    "kubectl.kubernetes.io/last-applied-configuration": "{}",
  };
  for (const make of [soloService, graphService]) {
    const plain = make({});
    const tracked = make({}, { labels: tools, annotations: tools });
    assertEquals(objectLabels(tracked), objectLabels(plain));
    assertEquals(objectAnnotations(tracked), objectAnnotations(plain));
  }
});

Deno.test("labels of pods: a component's metadata overrides its spec, except the labels of a graph", () => {
  const ofComponent = { team: "blue", "nvidia.com/dynamo-component": "mine" };
  const spec = { labels: { ...GRAPH_LABELS, team: "red" } };
  assertEquals(commonPodLabels(soloService(spec), ofComponent), {
    ...GRAPH_LABELS,
    ...ofComponent,
  });
  assertEquals(commonPodLabels(graphService(spec), ofComponent), {
    ...GRAPH_LABELS,
    team: "blue",
  });
});
