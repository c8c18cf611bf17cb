import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { SharedMemory } from "../../crds/fields/shared_memory.ts";
import type { VolumeMount } from "../../crds/fields/volume_mount.ts";
import { defaultCachePath } from "./frameworks/cache_path.ts";
import { PlanError } from "../dynamo/plan_error.ts";

/** Volumes of a pod and where its main container sees them. */
export interface Volumes {
  volumes: V1Volume[];
  mounts: V1VolumeMount[];
}

/**
 * The claims that a component mounts, each as one volume however often it is mounted, and its shared memory.
 *
 * @param framework the backend whose default path a compilation cache without a path gets
 * @throws {PlanError} if a mount has no name or no path
 */
export function componentVolumes(
  spec: { volumeMounts?: VolumeMount[] | undefined; sharedMemory?: SharedMemory | undefined },
  framework: string,
): Volumes {
  const claims = new Map<string, V1Volume>();
  const mounts: V1VolumeMount[] = [];
  for (const [index, mount] of (spec.volumeMounts ?? []).entries()) {
    const mountPath = mountPathOf(mount, framework, `volumeMounts[${index}]`);
    const { name } = mount;
    claims.set(name, { name, persistentVolumeClaim: { claimName: name } });
    mounts.push({ name, mountPath });
  }
  const memory = sharedMemory(spec.sharedMemory);
  return {
    volumes: [...claims.values(), ...memory.volumes],
    mounts: [...mounts, ...memory.mounts],
  };
}

function mountPathOf(mount: VolumeMount, framework: string, path: string): string {
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
  const cachePath = defaultCachePath(framework);
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
