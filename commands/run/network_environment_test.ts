// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { firstAuthority, secondAuthority } from "../../kube/testing/authorities.ts";
import { scriptedServer } from "../../kube/testing/scripted_server.ts";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const MODULE = new URL("./network_environment.ts", import.meta.url).href;
const TRANSPORT = new URL("../../kube/transport.ts", import.meta.url).href;

/** Address of a proxy that is not running, so all connections fail. */
const PROXY = "http://127.0.0.1:39999";

/**
 * Starts a new process, which sends one request with `fetch` and one with the transport of the API client. If
 * `isolate` is true, the process first calls `isolateNetwork`. Returns "200", or "refused" if there is no response.
 *
 * @param ca certificate of an authority that both HTTP clients trust, in PEM format
 * @throws if the two requests have different results
 */
async function request(
  url: string,
  { ca, env, isolate = true }: { ca: string; env: Record<string, string>; isolate?: boolean },
): Promise<string> {
  const caCerts = JSON.stringify([ca]);
  const server = JSON.stringify(url);
  const code = `
    const { isolateNetwork } = await import(${JSON.stringify(MODULE)});
    const { createTransport } = await import(${JSON.stringify(TRANSPORT)});
    if (${isolate}) isolateNetwork();
    const client = Deno.createHttpClient({ caCerts: ${caCerts} });
    const credentials = () => Promise.resolve({ headers: {}, tls: { caCerts: ${caCerts} } });
    const transport = createTransport({ server: ${server}, source: "test", credentials });
    const get = { verb: "get", method: "GET", path: "/", resource: "", idempotent: false };
    const fetched = fetch(${server}, { client }).then((r) => r.status, () => "refused");
    const received = transport.request(get).then(() => 200, () => "refused");
    console.log(await fetched);
    console.log(await received);
    Deno.exit();`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", `--config=${CONFIG}`, code],
    env,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const [fetched, received] = text(stdout).split("\n");
  assertEquals(received, fetched, text(stderr));
  return received ?? "";
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
  // The file replaces the system's list of certificate authorities. It contains only the authority that issued the
  // server's certificate.
  const env = { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: file };
  const { ca } = secondAuthority;
  await withServer(async (url) => {
    assertEquals(await request(url, { ca, env, isolate: false }), "200");
    assertEquals(await request(url, { ca, env }), "refused");
    assertEquals(await request(url, { ca: firstAuthority.ca, env }), "200");
  });
  await Deno.remove(file);
});
