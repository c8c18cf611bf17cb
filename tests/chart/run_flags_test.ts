// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { RUN_FLAGS } from "../../commands/run/flags.ts";
import { readRunOptions } from "../../commands/run/options.ts";
import { UsageError } from "../../commands/cli/usage_error.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { refusal } from "./helm.ts";
import { operatorFlags } from "./operator_flags.ts";
import { only, operatorValues, render } from "./render.ts";

Deno.test("every flag of the operator can be set by the values", async () => {
  const args = RUN_FLAGS.map((flag) => `--${flag.name}=${flag.default}`);
  const objects = await render({
    values: operatorValues({ controllerManager: { manager: { args } } }),
  });
  const names = operatorFlags(only<Deployment>(objects, "Deployment"))
    .map((flag) => flag.replace(/^--/, "").replace(/=.*$/s, ""));
  // The chart does not copy these flags from the value `args`. It sets them only if other values require them.
  const own = [
    "image-pull-secret-discovery",
    "istio-virtual-service-gateway",
    "restrictedNamespace",
  ];
  assertEquals(
    RUN_FLAGS.map(({ name }) => name).filter((name) => !names.includes(name)).sort(),
    own,
  );
});

Deno.test("the operator does not warn about the flags that the chart sets by default", async () => {
  for (const enabled of [false, true]) {
    const values = operatorValues({ namespaceRestriction: { enabled } });
    const flags = operatorFlags(only<Deployment>(await render({ values }), "Deployment"));
    assertEquals(readRunOptions(flags).notices.filter(({ level }) => level === "warn"), []);
  }
});

Deno.test("the chart refuses the same durations and renewal intervals of a marker Lease as the operator", async () => {
  const taken = [["30s", "10s"], ["5m", "4m59s"], ["300.9s", "1s"], ["1m0.5s", "500ms"]];
  for (const [duration = "", renewInterval = ""] of taken) {
    const values = operatorValues({
      namespaceRestriction: { enabled: true, lease: { duration, renewInterval } },
    });
    readRunOptions(operatorFlags(only<Deployment>(await render({ values }), "Deployment")));
  }
  const refused = [
    ["10m", "10s", 'Cannot use the duration "10m" for a marker Lease'],
    ["5m1s", "10s", 'Cannot use the duration "5m1s" for a marker Lease'],
    ["900ms", "100ms", 'Cannot use the duration "900ms" for a marker Lease'],
    ["30s", "30s", 'Cannot renew its marker Lease every "30s"'],
    ["30.9s", "30.5s", 'Cannot renew its marker Lease every "30.5s"'],
    ["30s", "0s", 'Cannot renew its marker Lease every "0s"'],
    ["30s", "1m", 'Cannot renew its marker Lease every "1m"'],
  ];
  const value = "dynamo-operator.namespaceRestriction";
  for (const [duration = "", renewInterval = "", message = ""] of refused) {
    assertThrows(
      () =>
        readRunOptions([
          "--restrictedNamespace=team",
          `--namespace-scope-lease-duration=${duration}`,
          `--namespace-scope-lease-renew-interval=${renewInterval}`,
        ]),
      UsageError,
    );
    const output = await refusal([
      ...["template", "r", "./platform/", "--set", `${value}.enabled=true`],
      ...["--set", `${value}.lease.duration=${duration}`],
      ...["--set", `${value}.lease.renewInterval=${renewInterval}`],
    ]);
    assertStringIncludes(output, message);
  }
});

Deno.test("a value removes the permission of profiling Jobs to read nodes", async () => {
  const onNodes = async (enabled?: boolean) => {
    const values = operatorValues(enabled === undefined ? {} : { gpuDiscovery: { enabled } });
    return (await render({ values })).filter(({ metadata }) => metadata.name.endsWith("-nodes"))
      .map(({ kind }) => kind);
  };
  assertEquals(await onNodes(), ["ClusterRole", "ClusterRoleBinding"]);
  assertEquals(await onNodes(false), []);
});
