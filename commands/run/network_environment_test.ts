// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { firstAuthority, secondAuthority } from "../../kube/testing/authorities.ts";
import { scriptedServer } from "../../kube/testing/scripted_server.ts";

const MODULE = new URL("./network_environment.ts", import.meta.url).href;

/** Address of a proxy that refuses all connections. */
const PROXY = "http://127.0.0.1:39999";

/**
 * Sends a request in a new process, by default after a call of `isolateNetwork`. Returns "200", or "refused" if there
 * is no response.
 *
 * @param ca certificate authority that the HTTP client receives
 */
async function request(
  url: string,
  { ca, env, isolate = true }: { ca: string; env: Record<string, string>; isolate?: boolean },
): Promise<string> {
  const code = `
    const { isolateNetwork } = await import(${JSON.stringify(MODULE)});
    if (${isolate}) isolateNetwork();
    const client = Deno.createHttpClient({ caCerts: [${JSON.stringify(ca)}] });
    const status = await fetch(${
    JSON.stringify(url)
  }, { client }).then((r) => r.status, () => "refused");
    console.log(status);
    Deno.exit();`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", code],
    env,
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

async function withServer(test: (url: string) => Promise<void>) {
  const server = scriptedServer((_request, answer) => answer.json(200, {}), firstAuthority);
  try {
    await test(server.url);
  } finally {
    await server.close();
  }
}

Deno.test("in a cluster, requests to the API server ignore the proxies of the environment", async () => {
  const env = { HTTPS_PROXY: PROXY, https_proxy: PROXY, ALL_PROXY: PROXY };
  const { ca } = firstAuthority;
  await withServer(async (url) => {
    assertEquals(await request(url, { ca, env }), "200");
    assertEquals(await request(url, { ca, env, isolate: false }), "refused");
  });
});

Deno.test("in a cluster, only the certificate authority of the cluster is trusted", async () => {
  const file = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(file, firstAuthority.ca);
  // The system's certificate authorities contain the one that issued the certificate of the server.
  const env = { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: file };
  const { ca } = secondAuthority;
  await withServer(async (url) => {
    assertEquals(await request(url, { ca, env, isolate: false }), "200");
    assertEquals(await request(url, { ca, env }), "refused");
    assertEquals(await request(url, { ca: firstAuthority.ca, env }), "200");
  });
  await Deno.remove(file);
});
