// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../cli/usage_error.ts";
import { readRunOptions } from "./options.ts";

const coordinationOf = (...args: string[]) => readRunOptions(args).coordination;

Deno.test("without flags, the operator is cluster-wide and its leader Lease is in kube-system", () => {
  assertEquals(coordinationOf(), {
    leaderLease: { namespace: "kube-system", name: "dynamo.nvidia.com" },
    writeTimeoutMs: 12_000,
    mode: { scope: "cluster", freshnessMs: 5_000 },
  });
});

Deno.test("a restricted operator has its leader Lease and its marker Lease in the restricted namespace", () => {
  const flags = ["--restrictedNamespace=team-a", "--operator-version=v2", "--release-name=main"];
  assertEquals(coordinationOf(...flags), {
    leaderLease: { namespace: "team-a", name: "dynamo.nvidia.com" },
    writeTimeoutMs: 12_000,
    mode: {
      scope: "namespace",
      namespace: "team-a",
      version: "v2",
      installation: "team-a/dynamo.nvidia.com/main",
      times: { durationMs: 30_000, renewMs: 10_000, handoverDelayMs: 20_000 },
    },
  });
});

Deno.test("without leader election, the operator uses no leader Lease", () => {
  assertEquals(coordinationOf("--leader-elect=false").leaderLease, undefined);
});

for (
  const [flags, message] of [
    [["--handover-delay=17s"], "must be longer than"],
    [["--write-timeout=0"], "must be above 0"],
    [["--restrictedNamespace=a", "--namespace-scope-lease-duration=500ms"], "between 1s and 5m"],
    [["--restrictedNamespace=a", "--namespace-scope-lease-duration=301s"], "between 1s and 5m"],
    [["--restrictedNamespace=a", "--namespace-scope-lease-renew-interval=30s"], "below the"],
  ] as const
) {
  Deno.test(`${flags.join(" ")} is refused`, () => {
    assertThrows(() => coordinationOf(...flags), UsageError, message);
  });
}
