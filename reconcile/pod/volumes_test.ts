// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { VolumeMount } from "../../crds/fields/volumes.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { Framework } from "./frameworks/framework.ts";
import { componentVolumes, lastAtEachPath, volumeWarnings } from "./volumes.ts";

const noMemory = { disabled: true };
const cache: VolumeMount = { name: "cache", useAsCompilationCache: true };

function mounts(framework: Framework, ...volumeMounts: VolumeMount[]) {
  return componentVolumes({ volumeMounts, sharedMemory: noMemory }, framework).mounts;
}

Deno.test("PVCs come in the user's order, followed by the shared memory", () => {
  const volumeMounts = [{ name: "models", mountPoint: "/models" }, { name: "a", mountPoint: "/a" }];
  assertEquals(componentVolumes({ volumeMounts }, "noop"), {
    volumes: [
      { name: "models", persistentVolumeClaim: { claimName: "models" } },
      { name: "a", persistentVolumeClaim: { claimName: "a" } },
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "8Gi" } },
    ],
    mounts: [
      { name: "models", mountPath: "/models" },
      { name: "a", mountPath: "/a" },
      { name: "shared-memory", mountPath: "/dev/shm" },
    ],
  });
});

Deno.test("a PVC that is mounted twice is one volume", () => {
  const volumeMounts = [{ name: "a", mountPoint: "/one" }, { name: "a", mountPoint: "/two" }];
  const { volumes, mounts } = componentVolumes({ volumeMounts, sharedMemory: noMemory }, "noop");
  assertEquals(volumes, [{ name: "a", persistentVolumeClaim: { claimName: "a" } }]);
  assertEquals(mounts.map(({ mountPath }) => mountPath), ["/one", "/two"]);
});

Deno.test("shared memory has the given size, or is disabled", () => {
  const sized = componentVolumes({ sharedMemory: { size: "20Gi" } }, "noop");
  assertEquals(sized.volumes[0]?.emptyDir?.sizeLimit, "20Gi");
  const bytes = componentVolumes({ sharedMemory: { size: 1024 } }, "noop");
  assertEquals(bytes.volumes[0]?.emptyDir?.sizeLimit, "1024");
  assertEquals(componentVolumes({ sharedMemory: noMemory }, "noop"), { volumes: [], mounts: [] });
});

Deno.test("vLLM's compilation cache has a default path, other frameworks require one", () => {
  assertEquals(mounts("vllm", cache), [{ name: "cache", mountPath: "/root/.cache/vllm" }]);
  assertEquals(mounts("sglang", { ...cache, mountPoint: "/c" }), [
    { name: "cache", mountPath: "/c" },
  ]);
  for (const framework of ["sglang", "trtllm", "noop"] as const) {
    const error = assertThrows(
      () => mounts(framework, { name: "x", mountPoint: "/x" }, cache),
      PlanError,
      `requires an explicit mountPoint for backend framework ${framework}`,
    );
    assertEquals(error.field, "volumeMounts[1].mountPoint");
  }
});

Deno.test("a mount without a name or a path is refused with its field", () => {
  const nameless = assertThrows(() => mounts("vllm", { name: "", mountPoint: "/x" }), PlanError);
  assertEquals(nameless.field, "volumeMounts[0].name");
  const pathless = assertThrows(() => mounts("vllm", { name: "x" }), PlanError);
  assertEquals(pathless.field, "volumeMounts[0].mountPoint");
});

Deno.test("a volume of the user at /dev/shm replaces the default shared memory", () => {
  const own = { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "64Gi" } };
  const volumesWith = (mountPath: string) => {
    const mainContainer = { volumeMounts: [{ name: "shm", mountPath }] };
    return componentVolumes({ extraPodSpec: { volumes: [own], mainContainer } }, "noop");
  };
  assertEquals(volumesWith("/dev/shm"), { volumes: [], mounts: [] });
  // The path with a trailing slash does not replace the shared memory. The Go operator mounts both volumes, and the
  // API server accepts both paths, so a cluster may already run such pods.
  assertEquals(volumesWith("/dev/shm/").mounts, [{ name: "shared-memory", mountPath: "/dev/shm" }]);
  const volumeMounts = [{ name: "ram", mountPoint: "/dev/shm" }];
  assertEquals(componentVolumes({ volumeMounts }, "noop"), {
    volumes: [{ name: "ram", persistentVolumeClaim: { claimName: "ram" } }],
    mounts: [{ name: "ram", mountPath: "/dev/shm" }],
  });
});

Deno.test("a volume of the user with the name of the shared memory replaces it", () => {
  const volumes = [{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "64Gi" } }];
  const mount = { name: "shared-memory", mountPath: "/dev/shm" };
  assertEquals(componentVolumes({ extraPodSpec: { volumes } }, "noop"), {
    volumes: [],
    mounts: [mount],
  });
  const mainContainer = { volumeMounts: [{ ...mount, mountPath: "/ram" }] };
  assertEquals(componentVolumes({ extraPodSpec: { volumes, mainContainer } }, "noop"), {
    volumes: [],
    mounts: [],
  });
});

Deno.test("the default shared memory stays if a container mounts it elsewhere", () => {
  const elsewhere = { volumeMounts: [{ name: "shared-memory", mountPath: "/ram" }] };
  const { volumes, mounts } = componentVolumes(
    { extraPodSpec: { mainContainer: elsewhere } },
    "noop",
  );
  assertEquals([volumes.length, mounts.length], [1, 1]);
  const sidecar = { name: "side", ...elsewhere };
  const mainContainer = { volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }] };
  const extraPodSpec = { containers: [sidecar], mainContainer };
  const shared = componentVolumes({ extraPodSpec }, "noop");
  assertEquals([shared.volumes.length, shared.mounts.length], [1, 0]);
});

Deno.test("a PVC whose name is not a volume name gets a derived one, unique to the PVC", () => {
  const nameOf = (claim: string) => {
    const volumeMounts = [{ name: claim, mountPoint: "/m" }];
    const { volumes, mounts } = componentVolumes({ volumeMounts, sharedMemory: noMemory }, "noop");
    assertEquals(volumes[0]?.persistentVolumeClaim?.claimName, claim);
    assertEquals(mounts[0]?.name, volumes[0]?.name);
    return volumes[0]?.name ?? "";
  };
  assertEquals(nameOf("models"), "models");
  assertEquals(nameOf("m".repeat(63)), "m".repeat(63));
  assertEquals(nameOf("models.cache.v1"), "models-cache-v1-9707ffde");
  const names = ["a.b", "a-b", "a..b", "m".repeat(64), "m".repeat(80), "."].map(nameOf);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertEquals(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name), true);
});

Deno.test("a PVC shares a volume of the user only if that is the same PVC", () => {
  const volumeMounts = [{ name: "cache", mountPoint: "/c" }];
  const withVolume = (volume: Record<string, unknown>) =>
    componentVolumes({
      volumeMounts,
      sharedMemory: noMemory,
      extraPodSpec: { volumes: [{ name: "cache", ...volume }] },
    }, "noop");
  assertEquals(withVolume({ persistentVolumeClaim: { claimName: "cache" } }), {
    volumes: [],
    mounts: [{ name: "cache", mountPath: "/c" }],
  });
  const { volumes, mounts } = withVolume({ emptyDir: {} });
  assertEquals(volumes.map(({ name }) => name), mounts.map(({ name }) => name));
  assertEquals(mounts[0]?.name.startsWith("cache-"), true);
});

Deno.test("a PVC with the name of the shared memory does not replace it", () => {
  const volumeMounts = [{ name: "shared-memory", mountPoint: "/data" }];
  const { volumes, mounts } = componentVolumes({ volumeMounts }, "noop");
  assertEquals(new Set(volumes.map(({ name }) => name)).size, 2);
  assertEquals(mounts.map(({ mountPath }) => mountPath), ["/data", "/dev/shm"]);
  const disabled = componentVolumes({ volumeMounts, sharedMemory: noMemory }, "noop");
  assertEquals(disabled.volumes[0]?.name, "shared-memory");
});

Deno.test("the last of two PVCs at one path is mounted, with a warning", () => {
  const a = { name: "a", mountPoint: "/m" };
  const b = { name: "b", mountPoint: "/m" };
  assertEquals(lastAtEachPath(mounts("noop", a, b)), [{ name: "b", mountPath: "/m" }]);
  assertEquals(mounts("noop", a, a), [{ name: "a", mountPath: "/m" }]);
  assertEquals(volumeWarnings({ volumeMounts: [a, b] }, "noop"), [{
    field: "volumeMounts",
    message:
      'volume "b" is mounted at "/m" instead of volume "a": mount one of them at another path',
  }]);
  assertEquals(volumeWarnings({ volumeMounts: [a, a] }, "noop"), []);
});

Deno.test("a volume of the user that another one hides causes a warning", () => {
  const warnings = (mountPath: string) => {
    const mainContainer = { volumeMounts: [{ name: "x", mountPath }] };
    return volumeWarnings({ volumeMounts: [cache], extraPodSpec: { mainContainer } }, "vllm");
  };
  assertEquals(warnings("/root/.cache/vllm").map(({ field }) => field), ["volumeMounts"]);
  assertEquals(warnings("/dev/shm/").map(({ field }) => field), ["sharedMemory"]);
  assertEquals(warnings("/dev/shm"), []);
  assertEquals(warnings("/data"), []);
});
