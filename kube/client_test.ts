// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { deployments, namespaces, pods } from "./builtin.ts";
import { type Client, createClient } from "./client.ts";
import { ApiError, ConnectionError, isConflict } from "./errors.ts";
import { type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { createTransport } from "./transport.ts";

async function withClient(
  script: Handler | Handler[],
  test: (client: Client, server: ReturnType<typeof scriptedServer>) => Promise<void>,
) {
  const server = scriptedServer(script);
  const transport = createTransport(staticConfig(server.url), { random: () => 0 });
  try {
    await test(createClient(transport), server);
  } finally {
    transport.close();
    await server.close();
  }
}

const object = (name: string) => ({ metadata: { name, namespace: "a" } });
const manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d", namespace: "a" },
};
const echo: Handler = (_request, answer) => answer.json(200, manifest);

Deno.test("a list requests all pages and sets the kind of the items", async () => {
  const pages: Handler[] = [
    (_request, answer) =>
      answer.json(200, {
        metadata: { resourceVersion: "7", continue: "next page" },
        items: [object("x")],
      }),
    (_request, answer) =>
      answer.json(200, { metadata: { resourceVersion: "7" }, items: [object("y")] }),
  ];
  await withClient(pages, async (client, { requests }) => {
    const list = await client.list(pods, { namespace: "a", labelSelector: "app in (x, y)" });
    assertEquals(list.resourceVersion, "7");
    assertEquals(list.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`), [
      "Pod x",
      "Pod y",
    ]);
    assertEquals(
      requests[0]?.path,
      "/api/v1/namespaces/a/pods?limit=500&labelSelector=app%20in%20(x%2C%20y)",
    );
    assertEquals(requests[1]?.query.get("continue"), "next page");
  });
});

Deno.test("a list without a limit sends none, so that the API server can use its cache", async () => {
  const empty: Handler = (_request, answer) =>
    answer.json(200, { metadata: { resourceVersion: "7" }, items: [] });
  await withClient(empty, async (client, { requests }) => {
    await client.list(pods, { limit: 0, fieldSelector: "metadata.name=x" });
    assertEquals(requests[0]?.path, "/api/v1/pods?fieldSelector=metadata.name%3Dx");
  });
});

Deno.test("a list accepts null as its items", async () => {
  const empty: Handler = (_request, answer) =>
    answer.json(200, { metadata: { resourceVersion: "7" }, items: null });
  await withClient(empty, async (client) => {
    assertEquals(await client.list(pods), { items: [], resourceVersion: "7" });
  });
});

Deno.test("a list starts again if its continue token expires", async () => {
  let first = 0;
  const script: Handler = (request, answer) => {
    if (request.query.has("continue")) return answer.status(410, "Expired");
    const rest = ++first === 1 ? { continue: "old" } : {};
    const metadata = { resourceVersion: String(first), ...rest };
    return answer.json(200, { metadata, items: [object("x")] });
  };
  await withClient(script, async (client) => {
    const list = await client.list(pods);
    assertEquals(list.resourceVersion, "2");
    assertEquals(list.items.length, 1);
  });
});

Deno.test("a list throws if its continue token expires twice", async () => {
  const script: Handler = (request, answer) =>
    request.query.has("continue")
      ? answer.status(410, "Expired")
      : answer.json(200, { metadata: { resourceVersion: "1", continue: "old" }, items: [] });
  await withClient(script, async (client, { requests }) => {
    await assertRejects(() => client.list(pods), ApiError);
    assertEquals(requests.length, 4);
  });
});

Deno.test("an apply sends force and the field manager", async () => {
  await withClient(echo, async (client, { requests }) => {
    await client.apply(deployments, manifest);
    await client.apply(deployments, manifest, { force: false, dryRun: true, fieldManager: "me" });
    assertEquals(requests[0]?.method, "PATCH");
    assertEquals(requests[0]?.headers.get("content-type"), "application/apply-patch+yaml");
    assertEquals(
      requests.map(({ path }) => path),
      [
        "/apis/apps/v1/namespaces/a/deployments/d?fieldManager=dynamo-operator&fieldValidation=Ignore&force=true",
        "/apis/apps/v1/namespaces/a/deployments/d?fieldManager=me&dryRun=All&fieldValidation=Ignore&force=false",
      ],
    );
  });
});

Deno.test("an apply is retried after a connection reset, a create is not", async () => {
  const cut: Handler = (_request, answer) => answer.cut();
  await withClient([cut, echo], async (client) => {
    assertEquals((await client.apply(deployments, manifest)).metadata.name, "d");
  });
  await withClient([cut, echo], async (client) => {
    await assertRejects(() => client.create(deployments, manifest), ConnectionError);
  });
});

Deno.test("a status patch contains the observed resourceVersion and only the changed fields", async () => {
  await withClient(echo, async (client, { requests }) => {
    const metadata = { name: "d", namespace: "a", uid: "u", resourceVersion: "5" };
    const observed = { ...manifest, metadata, status: { state: "pending", old: 1, same: true } };
    await client.patchStatus(deployments, observed, { state: "successful", same: true });
    assertEquals(
      requests[0]?.path,
      "/apis/apps/v1/namespaces/a/deployments/d/status?fieldManager=dynamo-operator&fieldValidation=Ignore",
    );
    assertEquals(requests[0]?.headers.get("content-type"), "application/merge-patch+json");
    assertEquals(JSON.parse(requests[0]?.body ?? ""), {
      metadata: { uid: "u", resourceVersion: "5" },
      status: { state: "successful", old: null },
    });
  });
});

Deno.test("the first status of an object is sent completely", async () => {
  await withClient(echo, async (client, { requests }) => {
    await client.patchStatus(deployments, manifest, { state: "pending" });
    assertEquals(JSON.parse(requests[0]?.body ?? "").status, { state: "pending" });
  });
});

Deno.test("a delete sends its preconditions", async () => {
  await withClient(echo, async (client, { requests }) => {
    await client.delete(deployments, manifest.metadata, {
      uid: "u",
      resourceVersion: "5",
      propagationPolicy: "Foreground",
    });
    await client.delete(deployments, manifest.metadata);
    assertEquals(requests.map(({ body }) => JSON.parse(body)), [
      {
        kind: "DeleteOptions",
        apiVersion: "v1",
        preconditions: { uid: "u", resourceVersion: "5" },
        propagationPolicy: "Foreground",
      },
      { kind: "DeleteOptions", apiVersion: "v1" },
    ]);
  });
});

Deno.test("a delete is retried after a connection reset only if it has a uid", async () => {
  const cut: Handler = (_request, answer) => answer.cut();
  await withClient([cut, echo], async (client) => {
    await client.delete(deployments, manifest.metadata, { uid: "u" });
  });
  await withClient([cut, echo], async (client) => {
    await assertRejects(() => client.delete(deployments, manifest.metadata), ConnectionError);
  });
});

Deno.test("a kind is served if API discovery lists it in its group and version", async () => {
  const discovery: Handler = (_request, answer) =>
    answer.json(200, { kind: "APIResourceList", resources: [{ name: "deployments/status" }] });
  const listed: Handler = (_request, answer) =>
    answer.json(200, { kind: "APIResourceList", resources: [{ name: "pods" }] });
  const absent: Handler = (_request, answer) => answer.status(404, "NotFound");
  const denied: Handler = (_request, answer) => answer.status(403, "Forbidden");
  await withClient([discovery, absent, listed, denied], async (client, { requests }) => {
    assertEquals(await client.serves(deployments), false);
    assertEquals(await client.serves(deployments), false);
    assertEquals(await client.serves(pods), true);
    await assertRejects(() => client.serves(pods), ApiError);
    assertEquals(requests.slice(1, 3).map(({ path }) => path), ["/apis/apps/v1", "/api/v1"]);
  });
});

Deno.test("isConflict does not match an object that already exists", async () => {
  const script: Handler[] = [
    (_request, answer) => answer.status(409, "Conflict"),
    (_request, answer) => answer.status(409, "AlreadyExists"),
  ];
  await withClient(script, async (client) => {
    assert(isConflict(await assertRejects(() => client.apply(deployments, manifest))));
    assert(!isConflict(await assertRejects(() => client.create(deployments, manifest))));
  });
});

Deno.test("the client refuses a name without a namespace if the kind is namespaced", async () => {
  await withClient(echo, async (client, { requests }) => {
    for (
      const call of [
        () => client.delete(pods, { name: "", namespace: "a" }),
        () => client.get(pods, { name: "x" }),
        () => client.get(namespaces, { name: "x", namespace: "a" }),
      ]
    ) {
      await assertRejects(async () => await call(), Error, "Cannot build the URL");
    }
    assertEquals(requests.length, 0);
  });
});
