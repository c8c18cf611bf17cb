import { dynamoComponentDeployment } from "./component.ts";
import { dynamoGraphDeployment } from "./graph.ts";
import { type CrdManifest, crdManifest } from "./manifest.ts";
import { dynamoModel } from "./model.ts";
import { ddbctlDpJob } from "./partition_job.ts";
import { dynamoGraphDeploymentRequest } from "./request.ts";
import { dynamoGraphDeploymentScalingAdapter } from "./scaling_adapter.ts";
import { dynamoWorkerMetadata } from "./worker_metadata.ts";

/** The CustomResourceDefinitions of all kinds, always in the same order. */
export function crdManifests(): CrdManifest[] {
  return [
    dynamoGraphDeployment,
    dynamoComponentDeployment,
    dynamoGraphDeploymentRequest,
    dynamoGraphDeploymentScalingAdapter,
    dynamoModel,
    dynamoWorkerMetadata,
    ddbctlDpJob,
  ].map(crdManifest);
}
