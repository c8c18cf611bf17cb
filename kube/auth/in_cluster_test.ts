// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { inClusterConfig, isInCluster } from "./in_cluster.ts";
import { fakeClock } from "../testing/fake_clock.ts";

async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/token`, "first\n");
    await Deno.writeTextFile(`${folder}/ca.crt`, "PEM 1");
    await Deno.writeTextFile(`${folder}/namespace`, "dynamo-system");
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function environment(host: string, port: string) {
  const values = new Map([["KUBERNETES_SERVICE_HOST", host], ["KUBERNETES_SERVICE_PORT", port]]);
  return (name: string) => values.get(name);
}

Deno.test("the configuration in a pod has address, token, certificate authority and namespace", async () => {
  await withFolder(async (folder) => {
    const config = await inClusterConfig({ folder, env: environment("10.0.0.1", "443") });
    assertEquals(config.server, "https://10.0.0.1:443");
    assertEquals(config.namespace, "dynamo-system");
    assertEquals(await config.credentials(), {
      headers: { authorization: "Bearer first" },
      tls: { caCerts: ["PEM 1"] },
    });
  });
});

Deno.test("an IPv6 address is put in brackets", async () => {
  await withFolder(async (folder) => {
    const config = await inClusterConfig({ folder, env: environment("fd00::1", "6443") });
    assertEquals(config.server, "https://[fd00::1]:6443");
  });
});

Deno.test("a rotated token and certificate authority are loaded after a minute", async () => {
  await withFolder(async (folder) => {
    const clock = fakeClock();
    const config = await inClusterConfig({ folder, env: environment("10.0.0.1", "443"), clock });
    await Deno.writeTextFile(`${folder}/token`, "second");
    await Deno.writeTextFile(`${folder}/ca.crt`, "PEM 2");
    clock.advance(59_000);
    assertEquals((await config.credentials()).headers.authorization, "Bearer first");
    clock.advance(1_000);
    const renewed = await config.credentials();
    assertEquals(renewed.headers.authorization, "Bearer second");
    assertEquals(renewed.tls.caCerts, ["PEM 2"]);
  });
});

Deno.test("a rejected token is loaded again at once, but only once", async () => {
  await withFolder(async (folder) => {
    const config = await inClusterConfig({ folder, env: environment("10.0.0.1", "443") });
    const rejected = await config.credentials();
    await Deno.writeTextFile(`${folder}/token`, "second");
    const renewed = await config.credentials(rejected);
    assertEquals(renewed.headers.authorization, "Bearer second");
    assertNotEquals(renewed, rejected);
    assertEquals(await config.credentials(rejected) === renewed, true);
  });
});

Deno.test("the previous credentials stay in use if new ones cannot be read", async () => {
  await withFolder(async (folder) => {
    const clock = fakeClock();
    const config = await inClusterConfig({ folder, env: environment("10.0.0.1", "443"), clock });
    await Deno.remove(`${folder}/token`);
    clock.advance(60_000);
    assertEquals((await config.credentials()).headers.authorization, "Bearer first");
    await Deno.writeTextFile(`${folder}/token`, "second");
    assertEquals((await config.credentials()).headers.authorization, "Bearer first");
    clock.advance(10_000);
    assertEquals((await config.credentials()).headers.authorization, "Bearer second");
  });
});

Deno.test("outside a pod, the error names the remedy", async () => {
  const env = () => undefined;
  assertEquals(isInCluster(env), false);
  await assertRejects(() => inClusterConfig({ env }), Error, "use a kubeconfig file");
});

Deno.test("a missing ServiceAccount token is an error", async () => {
  await withFolder(async (folder) => {
    await Deno.remove(`${folder}/token`);
    const options = { folder, env: environment("10.0.0.1", "443") };
    await assertRejects(() => inClusterConfig(options), Error, "automountServiceAccountToken");
  });
});
