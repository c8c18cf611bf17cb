import generated from "../../crds/shapes.generated.json" with { type: "json" };
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import {
  ddbctlDpJobNames,
  dynamoComponentDeploymentNames,
  dynamoGraphDeploymentNames,
} from "../../crds/names.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { resource } from "../../kube/resource.ts";
import type { Shape } from "../../kube/shape.ts";
import { readShapes, type ShapeFile } from "../../kube/shape_file.ts";

/** Shapes of the custom kinds, by `apiVersion/kind`. They come from a file, so that no schema is loaded. */
const customShapes: ReadonlyMap<string, Shape> = readShapes(generated as ShapeFile);

export const graphs = resource<DynamoGraphDeployment>(dynamoGraphDeploymentNames, customShapes);
export const components = resource<DynamoComponentDeployment>(
  dynamoComponentDeploymentNames,
  customShapes,
);
export const partitionJobs = resource<DdbctlDpJob>(ddbctlDpJobNames, customShapes);
