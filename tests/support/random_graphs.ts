import type FastCheck from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../../kube/builtin.ts";
import { isInvalid } from "../../kube/errors.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import type { Environment } from "../../reconcile/testing/environments.ts";
import { randomGraphs } from "../../reconcile/testing/random_graph.ts";
import { EXISTING_PVC } from "../../reconcile/testing/random_graph_values.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** Percentage of field values that the validation rules, the operator or Kubernetes may refuse. */
const ODD = 1;

const PVC: PersistentVolumeClaim = {
  apiVersion: persistentVolumeClaims.apiVersion,
  kind: persistentVolumeClaims.kind,
  metadata: { name: EXISTING_PVC },
  spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
};

/**
 * Creates random graphs and the PVC that some of them use. Returns the names of the graphs that the API server admits.
 */
export async function createRandomGraphs(
  fc: typeof FastCheck,
  kube: NamespaceClient,
  environment: Environment,
  { seed, count }: { seed: number; count: number },
): Promise<string[]> {
  await kube.apply(persistentVolumeClaims, PVC);
  const options = { odd: ODD, ...environment.graphs };
  const sample = fc.sample(randomGraphs(fc, options), { seed, numRuns: count });
  const names = sample.map(async (graph, index) => {
    try {
      const manifest = manifestOf(graph, index, options.longestName);
      return [(await kube.apply(graphs, manifest)).metadata.name];
    } catch (error) {
      if (!isInvalid(error)) throw error;
      return [];
    }
  });
  return (await Promise.all(names)).flat();
}

/**
 * Returns the manifest of a random graph with at most one replica per service, because the tests do not need many pods.
 * A suffix makes the name unique. In a name of the maximum length, the suffix replaces the last characters.
 */
function manifestOf(
  { metadata, spec, ...graph }: DynamoGraphDeployment,
  index: number,
  longestName: number,
): DynamoGraphDeployment {
  const services = Object.entries(spec.services ?? {}).map(([name, service]) => [
    name,
    { ...service, replicas: Math.min(service.replicas ?? 0, 1) },
  ]);
  const { name } = metadata;
  const end = `-${index}`;
  const start = name.length === longestName ? name.slice(0, -end.length) : name;
  return {
    ...graph,
    metadata: { ...metadata, name: `${start}${end}` },
    spec: { ...spec, services: Object.fromEntries(services) },
  };
}
