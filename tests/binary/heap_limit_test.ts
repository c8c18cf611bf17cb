// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { MEMORY_ENV, V8_FLAGS } from "../../process/memory.ts";
import { canSimulatePod } from "./simulated_pod.ts";

const MIB = 2 ** 20;
const LIMIT_MIB = 1_024;
const PROGRAM = `
import { getHeapStatistics } from "node:v8";
console.log(getHeapStatistics().heap_size_limit);
`;

/**
 * Shell script that runs a command as if in a container with a memory limit. The script writes the limit to the files
 * of cgroup versions 1 and 2: for the root group, and for the group of this process.
 */
const IN_CONTAINER = `
limit=$1; shift
mount -t tmpfs tmpfs /sys/fs/cgroup
for path in "" $(sed -n 's/^[0-9]*:memory://p; s/^0:://p' /proc/self/cgroup); do
  mkdir -p "/sys/fs/cgroup/memory$path" "/sys/fs/cgroup$path"
  echo "$limit" > "/sys/fs/cgroup/memory$path/memory.limit_in_bytes"
  echo "$limit" > "/sys/fs/cgroup$path/memory.max"
done
exec "$@"`;

Deno.test({
  name: "in a container, V8's heap may use half of the memory limit",
  ignore: !(await canSimulatePod()),
  async fn() {
    const limitMiB = await heapLimitMiB(MEMORY_ENV);
    assert(limitMiB > 0.4 * LIMIT_MIB && limitMiB < 0.6 * LIMIT_MIB, `${limitMiB} MiB`);
  },
});

async function heapLimitMiB(env: Readonly<Record<string, string>>): Promise<number> {
  const program = await Deno.makeTempFile({ suffix: ".js" });
  try {
    await Deno.writeTextFile(program, PROGRAM);
    const deno = [Deno.execPath(), "run", "--no-config", `--v8-flags=${V8_FLAGS}`, program];
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...["--map-root-user", "--mount", "sh", "-euc", IN_CONTAINER, "sh"],
        ...[String(LIMIT_MIB * MIB), ...deno],
      ],
      env,
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const limit = Number(text(stdout));
    if (limit > 0) return limit / MIB;
    throw new Error(`Cannot read the heap limit: ${text(stderr)}`);
  } finally {
    await Deno.remove(program);
  }
}
