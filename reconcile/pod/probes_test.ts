// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { containerProbes, defaultProbes } from "./probes.ts";

const worker = { componentType: "worker" };

Deno.test("a probe without a handler overrides only its settings of the default probe", () => {
  const { startupProbe, livenessProbe, readinessProbe } = defaultProbes(worker);
  const probes = containerProbes({
    ...worker,
    livenessProbe: { failureThreshold: 5 },
    extraPodSpec: {
      mainContainer: {
        startupProbe: { initialDelaySeconds: 180 },
        readinessProbe: { periodSeconds: 3 },
      },
    },
  });
  assertEquals(probes, {
    startupProbe: { ...startupProbe, initialDelaySeconds: 180 },
    livenessProbe: { ...livenessProbe, failureThreshold: 5 },
    readinessProbe: { ...readinessProbe, periodSeconds: 3 },
  });
});

Deno.test("a probe with a handler replaces the default probe as a whole", () => {
  for (
    const probe of [
      { exec: { command: ["true"] } },
      { httpGet: { port: 1 } },
      { tcpSocket: { port: 1 } },
      { grpc: { port: 1 } },
    ]
  ) {
    assertEquals(containerProbes({ ...worker, livenessProbe: probe }).livenessProbe, probe);
  }
});

Deno.test("the probe of the service replaces that of its main container", () => {
  const mainContainer = { livenessProbe: { exec: { command: ["true"] } } };
  const livenessProbe = { periodSeconds: 7 };
  const probes = containerProbes({ ...worker, livenessProbe, extraPodSpec: { mainContainer } });
  assertEquals(probes.livenessProbe, { ...defaultProbes(worker).livenessProbe, periodSeconds: 7 });
});

Deno.test("a probe without a handler is refused where the type lacks a default", () => {
  const fieldAtFault = (spec: Parameters<typeof containerProbes>[0]) =>
    assertThrows(() => containerProbes(spec), PlanError, "have no default for this probe").field;
  const timings = { periodSeconds: 1 };
  assertEquals(
    fieldAtFault({ componentType: "planner", livenessProbe: timings }),
    "livenessProbe",
  );
  const extraPodSpec = { mainContainer: { startupProbe: timings } };
  assertEquals(
    fieldAtFault({ componentType: "frontend", extraPodSpec }),
    "extraPodSpec.mainContainer.startupProbe",
  );
});
