import type { V1Volume, V1VolumeMount } from "@kubernetes/client-node";
import type { VolumeMount } from "../../crds/fields/volumes.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import type { Framework } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import { volumeNameFrom } from "./volume_name.ts";

/** Volumes of a pod and their mounts in its main container. */
export interface Volumes {
  volumes: V1Volume[];
  mounts: V1VolumeMount[];
}

type VolumeSpec = Pick<ServiceSpec, "volumeMounts" | "sharedMemory" | "extraPodSpec">;

const SHARED_MEMORY = "shared-memory";
const SHARED_MEMORY_PATH = "/dev/shm";

/**
 * Returns the volumes that a component adds to the user's `extraPodSpec`: one for each mounted PVC, and one for the
 * shared memory. A volume of `extraPodSpec` replaces a volume with the same name. A mount of another volume replaces
 * the shared memory at the same path. If several PVCs have the same path, the result contains all of their mounts;
 * {@link lastAtEachPath} keeps only the last one. Throws a {@link PlanError} if a mount lacks a name or a path.
 */
export function componentVolumes(spec: VolumeSpec, framework: Framework): Volumes {
  const claims = claimVolumes(spec, framework);
  const memory = sharedMemory(spec, claims.mounts);
  return {
    volumes: [...claims.volumes, ...memory.volumes],
    mounts: [...claims.mounts, ...memory.mounts],
  };
}

function claimVolumes(spec: VolumeSpec, framework: Framework): Volumes {
  const volumes = new Map<string, V1Volume>();
  const mounts: V1VolumeMount[] = [];
  const usersMounts = spec.extraPodSpec?.mainContainer?.volumeMounts ?? [];
  for (const [index, mount] of (spec.volumeMounts ?? []).entries()) {
    const path = `volumeMounts[${index}]`;
    const mountPath = mountPathOf(mount, framework, path);
    const claimName = mount.name;
    const name = volumeName(claimName, spec);
    if (!usersVolume(spec, name)) {
      volumes.set(name, { name, persistentVolumeClaim: { claimName } });
    }
    const isMounted = [...usersMounts, ...mounts]
      .some((other) => other.mountPath === mountPath && other.name === name);
    if (!isMounted) mounts.push({ name, mountPath });
  }
  return { volumes: [...volumes.values()], mounts };
}

/** Returns the path of a mount. If the mount of a compilation cache sets no path, the framework's default applies. */
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

/**
 * Returns the volume name of a PVC: the name of the PVC, or a name derived from it. A derived name is needed if the
 * name contains dots, has more than 63 characters, or is the name of another volume of the pod.
 */
function volumeName(claimName: string, spec: VolumeSpec): string {
  const other = usersVolume(spec, claimName);
  const isTaken = other
    ? other.persistentVolumeClaim?.claimName !== claimName
    : claimName === SHARED_MEMORY && !spec.sharedMemory?.disabled;
  return volumeNameFrom(claimName, isTaken);
}

function usersVolume({ extraPodSpec }: VolumeSpec, name: string): V1Volume | undefined {
  return extraPodSpec?.volumes?.find((volume) => volume.name === name);
}

/**
 * Returns the memory-backed volume at `/dev/shm`. Omits the mount if another volume is mounted there. Omits the volume
 * if the user has a volume with the same name, or if no container mounts it.
 */
function sharedMemory(spec: VolumeSpec, claimMounts: readonly V1VolumeMount[]): Volumes {
  if (spec.sharedMemory?.disabled) return { volumes: [], mounts: [] };
  const { mainContainer, containers = [], initContainers = [] } = spec.extraPodSpec ?? {};
  const usersMounts = mainContainer?.volumeMounts ?? [];
  const usersOwn = usersVolume(spec, SHARED_MEMORY);
  const isPathTaken = [...usersMounts, ...claimMounts]
    .some(({ mountPath }) => mountPath === SHARED_MEMORY_PATH);
  const isMounted = [{ volumeMounts: usersMounts }, ...containers, ...initContainers]
    .some(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === SHARED_MEMORY));
  const mounts = isPathTaken || (usersOwn && isMounted)
    ? []
    : [{ name: SHARED_MEMORY, mountPath: SHARED_MEMORY_PATH }];
  if (usersOwn || (mounts.length === 0 && !isMounted)) return { volumes: [], mounts };
  const sizeLimit = `${spec.sharedMemory?.size ?? "8Gi"}`;
  return {
    volumes: [{ name: SHARED_MEMORY, emptyDir: { medium: "Memory", sizeLimit } }],
    mounts,
  };
}

/**
 * Returns one mount for each path. If several mounts have the same path, the last one replaces the first one in the
 * list. The API server refuses a container with two mounts at one path.
 */
export function lastAtEachPath(mounts: readonly V1VolumeMount[]): V1VolumeMount[] {
  return [...new Map(mounts.map((mount) => [mount.mountPath, mount])).values()];
}

/** Returns warnings about mounts of a component that hide each other. */
export function volumeWarnings(spec: VolumeSpec, framework: Framework): Warning[] {
  const users = spec.extraPodSpec?.mainContainer?.volumeMounts ?? [];
  const { mounts } = componentVolumes(spec, framework);
  const all = [...users, ...mounts];
  return all.flatMap(({ name, mountPath }, index) => {
    const other = all.slice(index + 1).find((later) =>
      directory(later) === directory({ mountPath })
    );
    if (!other || index < users.length && all.indexOf(other) < users.length) return [];
    const field = other.name === SHARED_MEMORY ? "sharedMemory" : "volumeMounts";
    const message = `volume "${other.name}" is mounted at "${other.mountPath}" instead of volume ` +
      `"${name}": mount one of them at another path`;
    return [{ field, message }];
  });
}

function directory({ mountPath = "" }: Partial<V1VolumeMount>): string {
  return mountPath.replace(/\/+/g, "/").replace(/\/$/, "");
}
