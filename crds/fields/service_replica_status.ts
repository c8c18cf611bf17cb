import { z } from "zod";
import { count } from "./integer.ts";

/** Replicas of one service, and the workload that runs them. */
export const serviceReplicaStatus = z.object({
  componentKind: z.enum(["PodClique", "PodCliqueScalingGroup", "Deployment", "LeaderWorkerSet"])
    .describe("Kind of the workload."),
  componentName: z.string().describe("Name of the workload."),
  replicas: count("Number of replicas that exist and have not terminated."),
  updatedReplicas: count("Number of replicas that run the newest revision."),
  readyReplicas: count(
    "Number of ready replicas. Absent if the kind of the workload does not report it.",
  )
    .optional(),
  availableReplicas: count(
    "Number of available replicas. Absent if the kind of the workload does not report it.",
  ).optional(),
}).describe("Replicas of one service.");
