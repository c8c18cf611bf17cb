// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { VolumeMount } from "../../crds/fields/volumes.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { Framework } from "./frameworks/framework.ts";
import { componentVolumes } from "./volumes.ts";

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
