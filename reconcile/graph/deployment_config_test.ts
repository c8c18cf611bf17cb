// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { applyDeploymentConfig } from "./deployment_config.ts";

const CONFIG =
  `{"service1":{"port":8080,"ServiceArgs":{"Workers":2, "Resources":{"CPU":"2", "Memory":"2Gi", "GPU":"2"}}}}`;
const envs = [{ name: "DYN_DEPLOYMENT_CONFIG", value: CONFIG }];

Deno.test("a frontend gets the port it listens on and its resources, and keeps its own replicas", () => {
  const applied = applyDeploymentConfig("service1", {
    componentType: "frontend",
    replicas: 3,
    resources: { requests: { cpu: "1", memory: "1Gi", gpu: "0" } },
    envs,
  });
  assertEquals(applied.replicas, 3);
  const amounts = { cpu: "2", memory: "2Gi", gpu: "2" };
  assertEquals(applied.resources, { requests: amounts, limits: amounts });
  assertEquals(
    applied.envs?.[0]?.value,
    `{"service1":{"ServiceArgs":{"Resources":{"CPU":"2","GPU":"2","Memory":"2Gi"},"Workers":2},"port":8000}}`,
  );
});

Deno.test("a service that the settings do not name keeps every byte of them", () => {
  const spec = { componentType: "worker", envs };
  assertEquals(applyDeploymentConfig("service2", spec), spec);
});

Deno.test("workers set the replicas of a service without its own, in any case of the key", () => {
  assertEquals(applyDeploymentConfig("service1", { envs }).replicas, 2);
});

Deno.test("characters that Go escapes in JSON are escaped", () => {
  const value = `{"b":"<a>&","a":1}`;
  const applied = applyDeploymentConfig("Frontend", {
    componentType: "frontend",
    envs: [{ name: "DYN_DEPLOYMENT_CONFIG", value }],
  });
  assertEquals(applied.envs?.[0]?.value, `{"a":1,"b":"\\u003ca\\u003e\\u0026"}`);
});

Deno.test("a value that is not a JSON object is an error with the name and field of the variable", () => {
  for (const value of ["", "{", "[]", "7"]) {
    const error = assertThrows(
      () =>
        applyDeploymentConfig("w", {
          envs: [{ name: "A" }, { name: "DYN_DEPLOYMENT_CONFIG", value }],
        }),
      PlanError,
      "DYN_DEPLOYMENT_CONFIG",
    );
    assertEquals(error.field, "envs[DYN_DEPLOYMENT_CONFIG].value");
  }
});

Deno.test("invalid numbers and quantities are errors with the field of the variable", () => {
  for (const args of ['"workers":-1', '"workers":1.5', '"resources":{"cpu":"lots"}']) {
    const value = `{"w":{"ServiceArgs":{${args}}}}`;
    const envs = [{ name: "DYN_DEPLOYMENT_CONFIG", value }];
    const error = assertThrows(() => applyDeploymentConfig("w", { envs }), PlanError);
    assertEquals(error.field, "envs[DYN_DEPLOYMENT_CONFIG].value");
  }
});
