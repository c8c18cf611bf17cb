// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { spawnOperator } from "../devcluster/operator_process.ts";
import { type AnswerStream, scriptedServer } from "../kube/testing/scripted_server.ts";
import { eventually } from "./support/eventually.ts";
import { probe } from "./support/http_probe.ts";

/** Starts an API server without objects. `restore` replaces its data with older data and closes all watches. */
function emptyApiServer(resourceVersion: string) {
  let version = resourceVersion;
  const watches = new Set<AnswerStream>();
  const server = scriptedServer(async ({ path, query }, answer) => {
    const metadata = { resourceVersion: version };
    if (path === "/version") return await answer.json(200, { major: "1", minor: "35" });
    if (query.get("watch") !== "true") return await answer.json(200, { metadata, items: [] });
    const stream = await answer.stream();
    watches.add(stream);
    if (query.get("sendInitialEvents") === "true") {
      const annotations = { "k8s.io/initial-events-end": "true" };
      const object = { kind: "Object", metadata: { ...metadata, annotations } };
      await stream.line({ type: "BOOKMARK", object });
    }
    await stream.hang();
  });
  return {
    url: server.url,
    restore(older: string) {
      version = older;
      for (const watch of watches) watch.cut();
      watches.clear();
    },
    [Symbol.asyncDispose]: server.close,
  };
}

Deno.test("after etcd was restored from a backup, the operator ends with exit code 1, so that a new process reads all objects", async () => {
  await using server = emptyApiServer("500");
  const folder = await Deno.makeTempDir();
  const kubeconfig = `${folder}/kubeconfig.json`;
  const logFile = `${folder}/log`;
  await Deno.writeTextFile(
    kubeconfig,
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: server.url } }],
      users: [{ name: "u", user: { token: "t" } }],
    }),
  );
  const operator = spawnOperator({ kubeconfig, flags: ["--leader-elect=false"], logFile });
  const log = () => Deno.readTextFile(logFile);
  await eventually(async () => {
    const { status, text } = await probe(`${operator.healthUrl}/readyz`);
    assertEquals(status, 200, text);
  });
  server.restore("400");
  assertEquals(await operator.exited, 1, await log());
  assertMatch(
    await log(),
    /resourceVersion 400 is older than 500.*etcd was probably restored from a backup/,
  );
  await Deno.remove(folder, { recursive: true });
});
