import { z } from "zod";
import { quantity, SIZE_IS_ABOVE_ZERO } from "./quantity.ts";
import { required, rules } from "./rules.ts";

function requiredToCreate(field: "storageClass" | "size" | "volumeAccessMode", isSet: string) {
  const remedy = "set it, or create the PersistentVolumeClaim yourself and set create to false";
  const rule = `!has(self.create) || !self.create || (${isSet})`;
  return required(field, rule, `${field} is required when create is true; ${remedy}`);
}

/**
 * The schema of an item of `spec.pvcs` in a graph: a PersistentVolumeClaim that services of the graph mount by name.
 *
 * @internal
 */
export const pvc = z.object({
  name: z.string().meta({ minLength: 1, description: "Name of the PersistentVolumeClaim." }),
  create: z.boolean().describe(
    "Whether the operator creates the PersistentVolumeClaim if it does not exist.",
  ).optional(),
  storageClass: z.string().describe("StorageClass of the PersistentVolumeClaim if create is true.")
    .optional(),
  size: quantity(
    "Size of the PersistentVolumeClaim if create is true, such as 100Gi. A larger size expands it if its StorageClass allows that.",
  ).optional(),
  volumeAccessMode: z.string().describe(
    "Access mode of the PersistentVolumeClaim if create is true, such as ReadWriteMany.",
  ).optional(),
}).meta({
  description: "A PersistentVolumeClaim that the services mount.",
  ...rules(
    requiredToCreate("storageClass", "has(self.storageClass) && self.storageClass != ''"),
    requiredToCreate("size", SIZE_IS_ABOVE_ZERO),
    requiredToCreate(
      "volumeAccessMode",
      "has(self.volumeAccessMode) && self.volumeAccessMode != ''",
    ),
  ),
});

/**
 * The schema of an item in the `volumeMounts` field of a component.
 *
 * @internal
 */
export const volumeMount = z.object({
  name: z.string().describe("Name of the PersistentVolumeClaim in spec.pvcs of the graph."),
  mountPoint: z.string().describe(
    "Path of the volume in the main container. For a compilation cache, it defaults to the cache path of the inference framework, if the framework has one.",
  ).optional(),
  useAsCompilationCache: z.boolean().describe(
    "Whether the inference framework stores compiled kernels in the volume.",
  ).default(false),
}).meta({
  description: "Mount of a PersistentVolumeClaim into the main container.",
  ...rules(required(
    "mountPoint",
    "(has(self.useAsCompilationCache) && self.useAsCompilationCache) || (has(self.mountPoint) && self.mountPoint != '')",
    "mountPoint is required when useAsCompilationCache is false; set the path to mount the volume at",
  )),
});

/** A PersistentVolumeClaim of the graph that is mounted into the main container. */
export type VolumeMount = z.input<typeof volumeMount>;

/**
 * The schema of the `sharedMemory` field of a component.
 *
 * @internal
 */
export const sharedMemory = z.object({
  disabled: z.boolean().describe("Whether the operator omits the shared memory volume.").optional(),
  size: quantity("Size of the shared memory, such as 20Gi.").optional(),
}).meta({
  description:
    "Shared memory: a memory-backed volume at /dev/shm. If this field is omitted, the size is 8Gi. A volume that the component mounts at /dev/shm, or that is named shared-memory, replaces it.",
  ...rules(required(
    "size",
    `(has(self.disabled) && self.disabled) || (${SIZE_IS_ABOVE_ZERO})`,
    "size is required and must be above zero when disabled is false; set it, or set disabled to true, or omit sharedMemory for the default",
  )),
});
