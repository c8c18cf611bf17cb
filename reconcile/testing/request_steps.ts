import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graphs } from "../dynamo/resources.ts";
import type { MemoryCluster } from "./request_cluster.ts";
import { ended, generatedGraph, outputOf } from "../request/testing/objects.ts";

/**
 * Completes the Job of the request, and reconciles the request. The output of the Job contains a graph and the
 * documents.
 */
export async function profile(cluster: MemoryCluster, ...documents: unknown[]) {
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), ...documents]));
  cluster.setJob(ended("Complete"));
  return await cluster.settle();
}

/** Sets the state of the created graph, and reconciles the request. */
export async function deploy(cluster: MemoryCluster, state: string, namespace?: string) {
  const live = cluster.find<DynamoGraphDeployment>(graphs, "chat", namespace);
  if (!live) throw new Error("The graph was not created");
  cluster.put({ ...live, status: { state } } as DynamoGraphDeployment);
  return await cluster.settle();
}
