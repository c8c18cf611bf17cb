/** A running HTTP server that implements the protocol of the JSR registry. */
export interface FakeRegistry extends AsyncDisposable {
  url: string;
}

/** Starts a registry that serves one version of each given package. Each package has a single module. */
export async function serveFakeRegistry(
  packages: Readonly<Record<string, { version: string; source: string }>>,
): Promise<FakeRegistry> {
  const files = new Map<string, string>();
  for (const [name, { version, source }] of Object.entries(packages)) {
    const bytes = new TextEncoder().encode(source);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    files.set(`/${name}/meta.json`, JSON.stringify({ versions: { [version]: {} } }));
    files.set(
      `/${name}/${version}_meta.json`,
      JSON.stringify({
        manifest: { "/mod.ts": { size: bytes.length, checksum: `sha256-${digest}` } },
        exports: { ".": "./mod.ts" },
      }),
    );
    files.set(`/${name}/${version}/mod.ts`, source);
  }
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const text = files.get(new URL(request.url).pathname);
    if (text === undefined) return new Response("not found", { status: 404 });
    const type = request.url.endsWith(".ts") ? "application/typescript" : "application/json";
    return new Response(text, { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
