// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1Container } from "@kubernetes/client-node";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import { warningsOf } from "./warnings.ts";

const PORTS = "extraPodSpec.mainContainer.ports";

function fieldsOf(
  componentType: string,
  mainContainer: Partial<V1Container> = {},
  spec: ServiceSpec = {},
): string[] {
  return warningsOf({ componentType, extraPodSpec: { mainContainer }, ...spec })
    .map(({ field }) => field);
}

const port = (name: string, containerPort: number) => ({ ports: [{ name, containerPort }] });

Deno.test("a component without ports and variables of the user has no warnings", () => {
  for (const type of ["frontend", "worker", "planner", "default", ""]) {
    assertEquals(fieldsOf(type), []);
  }
});

Deno.test("a program that listens on another port than the probes use is a warning", () => {
  const envs = (name: string) => ({ envs: [{ name, value: "9000" }] });
  assertEquals(fieldsOf("frontend", {}, envs("DYN_HTTP_PORT")), [PORTS]);
  assertEquals(fieldsOf("frontend", port("http", 9000), envs("DYN_HTTP_PORT")), []);
  assertEquals(fieldsOf("worker", {}, envs("DYN_SYSTEM_PORT")), [PORTS]);
  assertEquals(fieldsOf("worker", port("system", 9000), envs("DYN_SYSTEM_PORT")), []);
  assertEquals(fieldsOf("worker", port("system", 9000)), [PORTS]);
  const [warning] = warningsOf({ componentType: "frontend", ...envs("DYN_HTTP_PORT") });
  assertEquals(
    warning?.message,
    'the port "http", which the probes and the Service use, is 8000, but DYN_HTTP_PORT is "9000": ' +
      'set containerPort of the port "http" to the value of DYN_HTTP_PORT',
  );
});

Deno.test("a Service without a port in the pods is a warning", () => {
  const readinessProbe = { exec: { command: ["true"] } };
  assertEquals(fieldsOf("frontend", port("other", 1), { readinessProbe }), [PORTS]);
  const extraPodSpec = {
    mainContainer: port("other", 1),
    containers: [{ name: "proxy", ...port("http", 80) }],
  };
  assertEquals(fieldsOf("frontend", {}, { readinessProbe, extraPodSpec }), []);
  assertEquals(fieldsOf("planner", port("other", 1)), []);
});

Deno.test("an argument with the number of the port overrides the variable", () => {
  const args = ["--http-port", "9000"];
  assertEquals(fieldsOf("frontend", { ...port("http", 9000), args }), []);
  assertEquals(fieldsOf("frontend", { ...port("http", 9000), args: ["--other"] }), [PORTS]);
});

Deno.test("settings that the operator ignores are warnings", () => {
  assertEquals(fieldsOf("worker", {}, { autoscaling: { enabled: true } }), ["autoscaling"]);
});

Deno.test("a ServiceAccount in the deprecated field is a warning", () => {
  const pod = (extraPodSpec: ServiceSpec["extraPodSpec"]) =>
    fieldsOf("worker", {}, { extraPodSpec });
  assertEquals(pod({ serviceAccount: "a" }), ["extraPodSpec.serviceAccount"]);
  assertEquals(pod({ serviceAccount: "a", serviceAccountName: "a" }), []);
});
