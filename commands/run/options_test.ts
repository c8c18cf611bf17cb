// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { readRunOptions, zapLogLevel } from "./options.ts";
import { UsageError } from "../cli/usage_error.ts";

Deno.test("a flag without effect is logged, as a warning if it requests a missing feature", () => {
  const { notices } = readRunOptions([
    "--enable-webhooks=true",
    "--metrics-secure",
    // The operator does not log this flag, because the flag has its default value.
    "--virtual-service-supports-https=false",
  ]);
  assertEquals(notices.map(({ level, text }) => `${level}: ${text}`), [
    'warn: Flag "--enable-webhooks" has no effect: the operator has no webhook server; the API server validates objects with the rules in the CRDs',
    'warn: Flag "--metrics-secure" has no effect: the operator serves metrics over plain HTTP',
  ]);
});

Deno.test("the ClusterRoles of pods are part of the settings of the platform", () => {
  const { platform } = readRunOptions([
    "--planner-cluster-role-name=planner",
    "--dgdr-profiling-cluster-role-name=profiling",
  ]);
  const { plannerClusterRoleName, profilingClusterRoleName } = platform;
  assertEquals([plannerClusterRoleName, profilingClusterRoleName], ["planner", "profiling"]);
});

Deno.test("the Istio gateway is part of the settings of the platform, and empty by default", () => {
  const gatewayOf = (...args: string[]) => readRunOptions(args).platform.virtualServiceGateway;
  assertEquals(gatewayOf(), "");
  const flag = "--istio-virtual-service-gateway=istio-system/public";
  assertEquals(gatewayOf(flag), "istio-system/public");
  assertEquals(readRunOptions([flag]).notices, []);
  const [notice] = readRunOptions(["--virtual-service-supports-https"]).notices;
  assertEquals(notice, {
    level: "info",
    text: 'Flag "--virtual-service-supports-https" has no effect: ' +
      "the gateway of a VirtualService determines whether it serves HTTPS",
  });
});

Deno.test("the termination delay of Grove has the format in which Grove stores it", () => {
  const delayOf = (...args: string[]) => readRunOptions(args).platform.groveTerminationDelay;
  assertEquals(delayOf(), "15m0s");
  assertEquals(delayOf("--grove-termination-delay=4h"), "4h0m0s");
  assertEquals(delayOf("--grove-termination-delay=0"), "");
});

Deno.test("the Go operator's log levels are accepted, and a number means debug", () => {
  const levels = { debug: "debug", info: "info", error: "error", Panic: "error", 1: "debug" };
  for (const [text, level] of Object.entries(levels)) assertEquals(zapLogLevel(text), level, text);
});

Deno.test("the error for an unknown log level lists the known ones", () => {
  for (const text of ["0", "-1", "1.5", "loud", "warning"]) {
    const { message } = assertThrows(() => zapLogLevel(text), UsageError);
    const known = "debug, info, error, panic or a whole number above 0";
    assertEquals(message, `Flag "--zap-log-level" takes ${known}, got "${text}"`);
  }
});

Deno.test("--log-level takes precedence over --zap-log-level", () => {
  const levelOf = (...args: string[]) => readRunOptions(args).logLevel;
  assertEquals(levelOf(), "info");
  assertEquals(levelOf("--zap-log-level=5"), "debug");
  assertEquals(levelOf("-zap-log-level", "error"), "error");
  assertEquals(levelOf("--zap-log-level=debug", "--log-level=info"), "info");
  assertEquals(levelOf("--log-level=error", "--zap-log-level=debug"), "error");
});

Deno.test("the Go operator's other log flags are accepted and reported as without effect", () => {
  const flags = ["--zap-devel=false", "--zap-encoder=json", "--zap-time-encoding=iso8601"];
  const { notices } = readRunOptions([...flags, "--zap-stacktrace-level=panic"]);
  const names = notices.map(({ text }) => /^Flag "--(\S+)" has no effect: /.exec(text)?.[1]);
  const expected = ["zap-devel", "zap-encoder", "zap-time-encoding", "zap-stacktrace-level"];
  assertEquals(names, expected);
});

Deno.test("the MPI Secret has the name of the Go operator's chart, and by default no namespace to copy it from", () => {
  const mpiOf = (...args: string[]) => readRunOptions(args).platform.mpiSecret;
  assertEquals(mpiOf(), { name: "mpi-run-ssh-secret", namespace: "" });
  const flags = ["--mpi-run-ssh-secret-name=key", "--mpi-run-ssh-secret-namespace=system"];
  assertEquals(mpiOf(...flags), { name: "key", namespace: "system" });
  const { message } = assertThrows(() => mpiOf("--mpi-run-ssh-secret-name="), UsageError);
  assertEquals(message, 'Flag "--mpi-run-ssh-secret-name" takes the name of a Secret, got ""');
});

Deno.test("a namespace-scoped operator copies no MPI Secret, and logs the namespace of another one", () => {
  const read = (namespace: string) =>
    readRunOptions(["--restrictedNamespace=team", `--mpi-run-ssh-secret-namespace=${namespace}`]);
  assertEquals(read("system").platform.mpiSecret.namespace, "");
  assertEquals(read("system").notices, [{
    level: "warn",
    text: 'Flag "--mpi-run-ssh-secret-namespace" has no effect: a namespace-scoped operator uses ' +
      'the Secret in its namespace "team", or creates it there',
  }]);
  assertEquals(read("team").notices, []);
});
