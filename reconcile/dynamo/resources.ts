import generated from "../../crds/shapes.generated.json" with { type: "json" };
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import {
  ddbctlDpJobNames,
  dynamoComponentDeploymentNames,
  dynamoGraphDeploymentNames,
  dynamoGraphDeploymentRequestNames,
  dynamoGraphDeploymentScalingAdapterNames,
  dynamoModelNames,
  type KindNames,
} from "../../crds/names.ts";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resource } from "../../kube/resource.ts";
import type { Shape } from "../../kube/shape.ts";
import { readShapes, type ShapeFile } from "../../kube/shape_file.ts";

/** Generated shapes of the custom resources (how the API server merges and stores them), keyed by `apiVersion/kind`. */
const customShapes: ReadonlyMap<string, Shape> = readShapes(generated as ShapeFile);

/** Resource of the kind DynamoGraphDeployment. */
export const graphs: Resource<DynamoGraphDeployment> = custom(dynamoGraphDeploymentNames);

/** Resource of the kind DynamoComponentDeployment. */
export const components: Resource<DynamoComponentDeployment> = custom(
  dynamoComponentDeploymentNames,
);

/** Resource of the kind DdbctlDpJob. */
export const partitionJobs: Resource<DdbctlDpJob> = custom(ddbctlDpJobNames);

/** Resource of the kind DynamoModel. */
export const models: Resource<DynamoModel> = custom(dynamoModelNames);

/** Resource of the kind DynamoGraphDeploymentRequest. */
export const requests: Resource<DynamoGraphDeploymentRequest> = custom(
  dynamoGraphDeploymentRequestNames,
);

/** Resource of the kind DynamoGraphDeploymentScalingAdapter. */
export const scalingAdapters: Resource<DynamoGraphDeploymentScalingAdapter> = custom(
  dynamoGraphDeploymentScalingAdapterNames,
);

function custom<T extends KubeObject>(names: KindNames): Resource<T> {
  return resource<T>(names, customShapes);
}
