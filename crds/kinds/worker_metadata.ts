import { z } from "zod";
import { AGE, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { dynamoWorkerMetadataNames } from "../names.ts";
import { rawObject } from "../fields/raw_object.ts";

const workerMetadataSpec = z.object({
  data: rawObject("What the pod registered, as the Dynamo runtime writes it."),
}).describe("What a pod registered.");

export type WorkerMetadataSpec = z.input<typeof workerMetadataSpec>;

/** What one pod registered for others to find; the pods write and read these themselves. */
export interface DynamoWorkerMetadata extends CustomObject {
  spec?: WorkerMetadataSpec;
}

export const dynamoWorkerMetadata: CustomKind = {
  names: dynamoWorkerMetadataNames,
  shortNames: ["dwm"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "What one pod of a graph registered for the others to find; pods write and read it themselves.",
      spec: workerMetadataSpec,
      columns: [AGE],
    },
  ],
};
