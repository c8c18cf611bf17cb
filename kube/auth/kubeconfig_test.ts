// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { Credentials } from "../config.ts";
import { kubeconfigConfig } from "./kubeconfig.ts";
import type { ClusterEntry, UserEntry } from "./kubeconfig_file.ts";
import { fakeClock } from "../testing/fake_clock.ts";

const base64 = (text: string) => new TextEncoder().encode(text).toBase64();

async function withKubeconfig(
  user: UserEntry,
  test: (path: string) => Promise<void>,
  cluster: Partial<ClusterEntry> = {},
) {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/config`;
  const document = {
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: "https://api:6443/", ...cluster } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user }],
  };
  try {
    await Deno.writeTextFile(path, JSON.stringify(document));
    await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function credentialsOf(
  user: UserEntry,
  cluster: Partial<ClusterEntry> = {},
): Promise<Credentials> {
  let found: Credentials = { headers: {}, tls: {} };
  await withKubeconfig(user, async (path) => {
    found = await (await kubeconfigConfig({ paths: [path] })).credentials();
  }, cluster);
  return found;
}

Deno.test("the token, password or certificate of a user entry becomes credentials", async () => {
  assertEquals((await credentialsOf({ token: "t" })).headers, { authorization: "Bearer t" });
  assertEquals((await credentialsOf({ username: "ü", password: "p" })).headers, {
    authorization: `Basic ${base64("ü:p")}`,
  });
  const certificate = {
    "client-certificate-data": base64("CERT"),
    "client-key-data": base64("KEY"),
  };
  assertEquals((await credentialsOf(certificate)).tls, { cert: "CERT", key: "KEY" });
});

Deno.test("the TLS settings of a cluster are returned", async () => {
  const cluster = {
    "certificate-authority-data": base64("CA"),
    "tls-server-name": "api.internal",
  };
  assertEquals((await credentialsOf({}, cluster)).tls, {
    caCerts: ["CA"],
    serverName: "api.internal",
  });
  assertEquals((await credentialsOf({}, { "insecure-skip-tls-verify": true })).tls, {
    insecureSkipVerify: true,
  });
  assertEquals((await credentialsOf({}, { "proxy-url": "http://proxy:3128" })).tls, {
    proxyUrl: "http://proxy:3128",
  });
});

Deno.test("impersonation of a user is supported, impersonation of groups is refused", async () => {
  assertEquals((await credentialsOf({ as: "bob" })).headers, { "impersonate-user": "bob" });
  await withKubeconfig({ as: "bob", "as-groups": ["g"] }, async (path) => {
    await assertRejects(() => kubeconfigConfig({ paths: [path] }), Error, '"as-groups"');
  });
});

Deno.test("an error names the key of a file that cannot be read", async () => {
  const missing = (user: UserEntry, cluster: Partial<ClusterEntry> = {}) =>
    assertRejects(() => credentialsOf(user, cluster), Error).then(({ message }) =>
      message.replace(/: No such file.*/, "")
    );
  assertEquals(await missing({ tokenFile: "no" }), 'Cannot read the "tokenFile" of the kubeconfig');
  assertEquals(
    await missing({}, { "certificate-authority": "no" }),
    'Cannot read the "certificate-authority" of the kubeconfig',
  );
  assertEquals(
    await missing({ "client-key-data": "?" }),
    'Cannot read the "client-key-data" of the kubeconfig: it is not base64',
  );
});

Deno.test("a token file is read again once a minute", async () => {
  await withKubeconfig({ tokenFile: "token" }, async (path) => {
    const clock = fakeClock();
    const token = path.replace(/config$/, "token");
    await Deno.writeTextFile(token, "first\n");
    const config = await kubeconfigConfig({ paths: [path], clock });
    await Deno.writeTextFile(token, "second\n");
    assertEquals((await config.credentials()).headers.authorization, "Bearer first");
    clock.advance(60_000);
    assertEquals((await config.credentials()).headers.authorization, "Bearer second");
  });
});

Deno.test("a changed kubeconfig is loaded after the API server rejects the credentials", async () => {
  await withKubeconfig({ token: "first" }, async (path) => {
    const config = await kubeconfigConfig({ paths: [path] });
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.replace("first", "second"));
    const rejected = await config.credentials();
    assertEquals((await config.credentials(rejected)).headers.authorization, "Bearer second");
  });
});

Deno.test("an exec plugin runs again after the API server rejects its credentials", async () => {
  const script = `n=$(cat "$COUNT" 2>/dev/null || echo 0); n=$((n+1)); echo $n > "$COUNT"
    case "$KUBERNETES_EXEC_INFO" in *ExecCredential*api:6443*) ;; *) exit 1;; esac
    echo '{"kind":"ExecCredential","status":{"token":"token-'$n'"}}'`;
  const folder = await Deno.makeTempDir();
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "sh",
    args: ["-c", script],
    env: [{ name: "COUNT", value: `${folder}/count` }],
    provideClusterInfo: true,
  };
  await withKubeconfig({ exec }, async (path) => {
    const config = await kubeconfigConfig({ paths: [path] });
    const credentials = await config.credentials();
    assertEquals(credentials.headers.authorization, "Bearer token-1");
    assertEquals((await config.credentials(credentials)).headers.authorization, "Bearer token-2");
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the token of an OIDC provider is used while it is valid", async () => {
  const part = (value: unknown) => base64(JSON.stringify(value)).replaceAll("=", "");
  const token = `${part({ alg: "none" })}.${part({ exp: 4_000_000_000 })}.x`;
  const provider = { name: "oidc", config: { "id-token": token, "client-id": "me" } };
  const { headers } = await credentialsOf({ "auth-provider": provider });
  assertEquals(headers.authorization, `Bearer ${token}`);
});

Deno.test("a missing file is ignored if $KUBECONFIG lists several, and an error if it is the only one", async () => {
  await withKubeconfig({ token: "t" }, async (path) => {
    const config = await kubeconfigConfig({ paths: [`${path}.missing`, path] });
    assertEquals(config.server, "https://api:6443");
    await assertRejects(
      () => kubeconfigConfig({ paths: [`${path}.missing`] }),
      Error,
      "Cannot read kubeconfig",
    );
  });
});
