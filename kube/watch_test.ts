// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { pods } from "./builtin.ts";
import { createClient } from "./client.ts";
import { ApiError, ConnectionError } from "./errors.ts";
import type { KubeObject } from "./object.ts";
import { type AnswerStream, type Handler, scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { until } from "./testing/until.ts";
import { createTransport } from "./transport.ts";
import type { WatchEvent, WatchOptions } from "./watch.ts";

async function watched(
  script: Handler,
  options: WatchOptions = {},
  onEvent: () => void = () => {},
): Promise<{ events: WatchEvent<KubeObject>[]; paths: string[] }> {
  const server = scriptedServer(script);
  const transport = createTransport(staticConfig(server.url));
  const events: WatchEvent<KubeObject>[] = [];
  try {
    for await (const event of createClient(transport).watch(pods, options)) {
      events.push(event);
      onEvent();
    }
  } finally {
    transport.close();
    await server.close();
  }
  return { events, paths: server.requests.map(({ path }) => path) };
}

function streaming(play: (stream: AnswerStream) => Promise<void> | void): Handler {
  return async (_request, answer) => await play(await answer.stream());
}

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "a", resourceVersion: "1" },
});

Deno.test("events are complete even if a chunk of the stream ends inside a line or a character", async () => {
  const text = JSON.stringify({ type: "ADDED", object: pod("größe-🎈") }) + "\n\n" +
    JSON.stringify({ type: "DELETED", object: pod("b") }) + "\n";
  const { events } = await watched(streaming(async (stream) => {
    for (const character of text) await stream.text(character);
    await stream.end();
  }));
  assertEquals(events, [
    { type: "ADDED", object: pod("größe-🎈") },
    { type: "DELETED", object: pod("b") },
  ]);
});

Deno.test("a bookmark has its resourceVersion, and shows whether the initial events are complete", async () => {
  const bookmark = (resourceVersion: string, annotations?: Record<string, string>) => ({
    type: "BOOKMARK",
    object: { kind: "Pod", metadata: { resourceVersion, annotations } },
  });
  const { events } = await watched(streaming(async (stream) => {
    await stream.line(bookmark("5", { "k8s.io/initial-events-end": "true" }));
    await stream.line(bookmark("6"));
    await stream.end();
  }));
  assertEquals(events, [
    { type: "BOOKMARK", resourceVersion: "5", initialEventsEnd: true },
    { type: "BOOKMARK", resourceVersion: "6", initialEventsEnd: false },
  ]);
});

Deno.test("a 410 in a stream is an ERROR with its ApiError", async () => {
  const { events } = await watched(streaming(async (stream) => {
    const object = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
    await stream.line({ type: "ERROR", object });
    await stream.hang();
  }));
  const [event] = events;
  assert(event?.type === "ERROR");
  assertEquals([event.error.status, event.error.reason], [410, "Expired"]);
});

Deno.test("an incomplete last line is BROKEN", async () => {
  const { events } = await watched(streaming(async (stream) => {
    await stream.text('{"type":"ADD');
    await stream.end();
  }));
  const [event] = events;
  assert(event?.type === "BROKEN" && events.length === 1);
  assertEquals(
    event.error.message,
    "The stream ended in the middle of a line, after 12 characters",
  );
});

Deno.test("an invalid event is BROKEN and ends the watch", async () => {
  for (const line of ["<html>", "null", "{}", '{"type":"NEW","object":{}}', '{"type":"ADDED"}']) {
    const { events } = await watched(streaming(async (stream) => {
      await stream.text(line + "\n");
      await stream.hang();
    }));
    assertEquals(events.map(({ type }) => type), ["BROKEN"], line);
  }
});

Deno.test("a connection reset is BROKEN, with an error that the informer does not log", async () => {
  const { events } = await watched(streaming(async (stream) => {
    await stream.line({ type: "ADDED", object: pod("a") });
    stream.cut();
  }));
  assertEquals(events.map(({ type }) => type), ["ADDED", "BROKEN"]);
  const [, event] = events;
  assert(event?.type === "BROKEN" && event.error instanceof ConnectionError);
  assertStringIncludes(event.error.message, "error reading a body from connection");
});

Deno.test("an aborted watch ends without an event", async () => {
  const stop = new AbortController();
  const script = streaming(async (stream) => {
    await stream.line({ type: "ADDED", object: pod("a") });
    await stream.hang();
  });
  const { events } = await watched(script, { signal: stop.signal }, () => stop.abort());
  assertEquals(events.length, 1);
});

Deno.test("a watch that is aborted before the response ends without an event", async () => {
  const stop = new AbortController();
  let asked = false;
  const events = watched((_request, answer) => {
    asked = true;
    return answer.hang();
  }, { signal: stop.signal });
  await until(() => asked);
  stop.abort();
  assertEquals((await events).events, []);
});

Deno.test("a refused watch throws", async () => {
  const refuse: Handler = (_request, answer) => answer.status(403, "Forbidden");
  await assertRejects(() => watched(refuse), ApiError, "HTTP 403 Forbidden");
});

Deno.test("a streaming list requests initial events", async () => {
  const { paths } = await watched(streaming((stream) => stream.end()), {
    sendInitialEvents: true,
    timeoutSeconds: 300,
    namespace: "a",
  });
  assertEquals(paths, [
    "/api/v1/namespaces/a/pods?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=300",
  ]);
});

Deno.test("an added or modified object that the caller knows is not parsed", async () => {
  const line = (type: string, metadata: string) =>
    `{"type":"${type}","object":{"kind":"Pod","apiVersion":"v1","metadata":{${metadata}}}}\n`;
  const { events } = await watched(
    streaming(async (stream) => {
      await stream.text(line("MODIFIED", '"name":"a","resourceVersion":"7",broken'));
      await stream.text(line("ADDED", '"resourceVersion":"8","name":"a",broken'));
      await stream.text(line("MODIFIED", '"name":"a","resourceVersion":"9"'));
      await stream.end();
    }),
    { isKnown: (version) => version === "7" || version === "8" },
  );
  assertEquals(events.map((event) => [event.type, versionOf(event)]), [
    ["KNOWN", "7"],
    ["KNOWN", "8"],
    ["MODIFIED", "9"],
  ]);
});

Deno.test("a deletion, a bookmark, and an object with two fields named resourceVersion are always parsed", async () => {
  const annotated = pod("b");
  const annotations = { resourceVersion: "7" };
  const { events } = await watched(
    streaming(async (stream) => {
      await stream.line({ type: "DELETED", object: pod("a") });
      await stream.line({ type: "BOOKMARK", object: pod("a") });
      await stream.line({
        type: "MODIFIED",
        object: { ...annotated, metadata: { ...annotated.metadata, annotations } },
      });
      await stream.end();
    }),
    { isKnown: () => true },
  );
  assertEquals(events.map(({ type }) => type), ["DELETED", "BOOKMARK", "MODIFIED"]);
});

function versionOf(event: WatchEvent<KubeObject>): string | undefined {
  if ("object" in event) return event.object.metadata.resourceVersion;
  return "resourceVersion" in event ? event.resourceVersion : undefined;
}
