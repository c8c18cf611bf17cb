// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { roles } from "../../kube/builtin.ts";
import { service } from "../apply/testing/objects.ts";
import { childKind } from "./child_kind.ts";
import { settle } from "./testing/fake_clock.ts";
import { createTestManager } from "./testing/test_manager.ts";

async function setUp(
  { optional = false, refused, unserved }: {
    optional?: boolean;
    refused?: number;
    unserved?: boolean;
  } = {},
) {
  const { cluster, clock, log, keys, kinds, stop, run } = createTestManager({
    children: { roles: childKind({ resource: roles, keys: () => [], optional }) },
  });
  cluster.refuse("roles", refused, unserved);
  const running = run();
  await settle();
  return {
    cluster,
    clock,
    roles: kinds.children.roles,
    reconciled: () => keys.splice(0),
    logged: () => log.lines.splice(0).filter((line) => line.includes("Controller")),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await settle();
      await running;
    },
  };
}

Deno.test("a controller is idle while a child kind is absent, and reconciles every key when it appears", async () => {
  await using test = await setUp({ refused: 404 });
  await test.clock.advance(2_000);
  test.cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals(test.reconciled(), []);
  assertEquals(test.logged(), [
    "warn Controller test is idle: the API server does not serve roles.rbac.authorization.k8s.io: install the CRD",
  ]);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(10_000);
  assertEquals(test.reconciled(), ["ns/a"]);
  assertEquals(test.logged(), ["info Controller test resumed"]);
});

Deno.test("a controller is idle while a permission is missing, and reconciles every key when it is granted", async () => {
  await using test = await setUp();
  assertEquals([test.reconciled(), test.logged()], [["ns/a"], []]);
  test.cluster.refuse("roles", 403);
  await test.clock.advance(1_000);
  // `refuse` also ends the watch of Services, so the informer lists all Services again. This call discards their keys.
  test.reconciled();
  test.cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals(test.reconciled(), []);
  assertEquals(test.logged(), [
    "warn Controller test is idle: the operator lacks permission to list and watch roles.rbac.authorization.k8s.io: grant it (status 403)",
  ]);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(30_000);
  assertEquals(test.reconciled(), ["ns/a"]);
  assertEquals(test.logged(), ["info Controller test resumed"]);
});

Deno.test("an absent optional child does not stop a controller; every key is reconciled when it appears", async () => {
  await using test = await setUp({ optional: true, refused: 404 });
  assertEquals([test.roles.served, test.reconciled()], [false, ["ns/a"]]);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(10_000);
  assertEquals([test.roles.served, test.reconciled()], [true, ["ns/a"]]);
  assertEquals(test.logged(), []);
});

Deno.test("an optional child that RBAC forbids and API discovery lacks does not stop a controller", async () => {
  await using test = await setUp({ optional: true, refused: 403, unserved: true });
  assertEquals([test.roles.served, test.reconciled(), test.logged()], [false, ["ns/a"], []]);
  // From now on, API discovery contains the kind, but the operator still lacks the permission.
  test.cluster.refuse("roles", 403);
  await test.clock.advance(10_000);
  assertEquals(test.logged(), [
    "warn Controller test is idle: the operator lacks permission to list and watch roles.rbac.authorization.k8s.io: grant it (status 403)",
  ]);
});

Deno.test("a child kind that RBAC forbids stops a controller that requires it, even if API discovery lacks it", async () => {
  await using test = await setUp({ refused: 403, unserved: true });
  assertEquals(test.reconciled(), []);
  assertEquals(test.logged(), [
    "warn Controller test is idle: the operator lacks permission to list and watch roles.rbac.authorization.k8s.io: grant it (status 403)",
  ]);
});

Deno.test("a kind whose list fails at the start stops only its controller", async () => {
  await using test = await setUp({ refused: 500 });
  assertEquals(test.reconciled(), []);
  assertEquals(test.logged(), [
    'warn Controller test is idle: roles.rbac.authorization.k8s.io cannot be listed and watched: Cannot watch "/": status 500 (HTTP 500)',
  ]);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(30_000);
  assertEquals(test.reconciled(), ["ns/a"]);
  assertEquals(test.logged(), ["info Controller test resumed"]);
});

Deno.test("a kind whose watch fails for a minute stops its controller", async () => {
  await using test = await setUp();
  assertEquals(test.reconciled(), ["ns/a"]);
  test.cluster.refuse("roles", 500);
  await test.clock.advance(30_000);
  test.reconciled();
  test.cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals(test.reconciled().includes("ns/a"), true);
  await test.clock.advance(90_000);
  test.reconciled();
  test.cluster.tell("MODIFIED", service("a", 82));
  await settle();
  assertEquals(test.reconciled(), []);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(60_000);
  assertEquals(test.reconciled(), ["ns/a"]);
});
