import { z } from "zod";
import { count } from "./integer.ts";

/** How many replicas one service has, and which object makes them. */
export const serviceReplicaStatus = z.object({
  componentKind: z.enum(["PodClique", "PodCliqueScalingGroup", "Deployment", "LeaderWorkerSet"])
    .describe("Kind of the object that makes the pods."),
  componentName: z.string().describe("Name of the object that makes the pods."),
  replicas: count("Replicas that exist and have not ended."),
  updatedReplicas: count("Replicas that already run the newest revision."),
  readyReplicas: count("Replicas that are ready; absent where the kind does not count them.")
    .optional(),
  availableReplicas: count(
    "Replicas that have been ready long enough; absent where the kind does not count them.",
  ).optional(),
}).describe("Replicas of one service.");
