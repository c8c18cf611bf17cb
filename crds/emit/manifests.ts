import type { CustomKind } from "../custom_kind.ts";
import { dynamoComponentDeployment } from "../kinds/component.ts";
import { dynamoGraphDeployment } from "../kinds/graph.ts";
import { type CrdManifest, crdManifest } from "./manifest.ts";
import { dynamoModel } from "../kinds/model.ts";
import { ddbctlDpJob } from "../kinds/partition_job.ts";
import { dynamoGraphDeploymentRequest } from "../kinds/request.ts";
import { dynamoGraphDeploymentScalingAdapter } from "../kinds/scaling_adapter.ts";
import { dynamoWorkerMetadata } from "../kinds/worker_metadata.ts";

/** All custom kinds, always in the same order. */
export const customKinds: readonly CustomKind[] = [
  dynamoGraphDeployment,
  dynamoComponentDeployment,
  dynamoGraphDeploymentRequest,
  dynamoGraphDeploymentScalingAdapter,
  dynamoModel,
  dynamoWorkerMetadata,
  ddbctlDpJob,
];

/** Returns the CustomResourceDefinitions of all kinds, always in the same order. */
export function crdManifests(): CrdManifest[] {
  return customKinds.map(crdManifest);
}
