import { z } from "zod";
import { AGE, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import { dynamoWorkerMetadataNames } from "../names.ts";
import { rawObject } from "../fields/basic_types.ts";

const workerMetadataSpec = z.object({
  data: rawObject("Registration of the pod, in the format of the Dynamo runtime."),
}).describe("Registration of the pod for service discovery.");

/** The API of DynamoWorkerMetadata. */
export const dynamoWorkerMetadata: CustomKind = {
  names: dynamoWorkerMetadataNames,
  shortNames: ["dwm"],
  versions: [{
    ...V1ALPHA1,
    description:
      "The registration of one pod of a graph for service discovery. The pods write and read these objects.",
    spec: workerMetadataSpec,
    columns: [AGE],
  }],
};
