import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { SharedMemory, VolumeMount } from "../../crds/fields/volumes.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { Framework } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";

/** Volumes of a pod and their mounts in its main container. */
export interface Volumes {
  volumes: V1Volume[];
  mounts: V1VolumeMount[];
}

/**
 * Returns the volumes of a component: one per mounted PVC, without duplicates, and one for the shared memory. Throws a
 * {@link PlanError} if a mount lacks a name or a path.
 */
export function componentVolumes(
  spec: { volumeMounts?: VolumeMount[] | undefined; sharedMemory?: SharedMemory | undefined },
  framework: Framework,
): Volumes {
  const pvcs = new Map<string, V1Volume>();
  const mounts: V1VolumeMount[] = [];
  for (const [index, mount] of (spec.volumeMounts ?? []).entries()) {
    const mountPath = mountPathOf(mount, framework, `volumeMounts[${index}]`);
    const { name } = mount;
    pvcs.set(name, { name, persistentVolumeClaim: { claimName: name } });
    mounts.push({ name, mountPath });
  }
  const memory = sharedMemory(spec.sharedMemory);
  return {
    volumes: [...pvcs.values(), ...memory.volumes],
    mounts: [...mounts, ...memory.mounts],
  };
}

/** Returns the path of a mount. For a compilation cache, the framework's default applies if the mount sets none. */
function mountPathOf(mount: VolumeMount, framework: Framework, path: string): string {
  if (!mount.name) {
    throw new PlanError(`${path}.name`, "volumeMount.name is required when volumeMounts is set");
  }
  if (mount.mountPoint) return mount.mountPoint;
  if (!mount.useAsCompilationCache) {
    throw new PlanError(
      `${path}.mountPoint`,
      "volumeMount.mountPoint is required when useAsCompilationCache is false",
    );
  }
  const { cachePath } = frameworks[framework];
  if (cachePath) return cachePath;
  throw new PlanError(
    `${path}.mountPoint`,
    "volumeMount with useAsCompilationCache=true requires an explicit mountPoint for backend " +
      `framework ${framework} (no default available)`,
  );
}

function sharedMemory(settings: SharedMemory | undefined): Volumes {
  if (settings?.disabled) return { volumes: [], mounts: [] };
  const name = "shared-memory";
  const sizeLimit = `${settings?.size ?? "8Gi"}`;
  return {
    volumes: [{ name, emptyDir: { medium: "Memory", sizeLimit } }],
    mounts: [{ name, mountPath: "/dev/shm" }],
  };
}
