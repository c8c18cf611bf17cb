import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graphs } from "../dynamo/resources.ts";
import type { MemoryCluster } from "./request_cluster.ts";
import { ended, generatedGraph, outputOf } from "../request/testing/objects.ts";

/** Ends the Job of the request with a graph and further documents as its output. */
export async function profile(cluster: MemoryCluster, ...documents: unknown[]) {
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), ...documents]));
  cluster.setJob(ended("Complete"));
  return await cluster.settle();
}

/** Sets the state of the created graph. */
export async function deploy(cluster: MemoryCluster, state: string, namespace?: string) {
  const live = cluster.find<DynamoGraphDeployment>(graphs, "chat", namespace);
  if (!live) throw new Error("The graph was not created");
  cluster.put({ ...live, status: { state } } as DynamoGraphDeployment);
  return await cluster.settle();
}
