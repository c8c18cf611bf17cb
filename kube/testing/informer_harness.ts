// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type Pod, pods } from "../builtin.ts";
import { createClient } from "../client.ts";
import { createInformer, type Informer } from "../informer.ts";
import { type FakeClock, fakeClock } from "./fake_clock.ts";
import { type Answer, type AnswerStream, type Handler, scriptedServer } from "./scripted_server.ts";
import { staticConfig } from "./static_config.ts";
import { createTransport } from "../transport.ts";

export interface InformerContext {
  informer: Informer<Pod>;
  clock: FakeClock;
  changes: string[];
  /** Levels of the log lines so far. */
  logged: string[];
  /** Returns a short description of each request so far, such as "list" or "watch from 5". */
  requests(): string[];
}

export async function withInformer(
  script: Handler[],
  test: (context: InformerContext) => Promise<void>,
  streamingList = true,
) {
  const server = scriptedServer(script);
  const transport = createTransport(staticConfig(server.url));
  const clock = fakeClock();
  const logged: string[] = [];
  const informer = createInformer({
    log: {
      debug: () => void logged.push("debug"),
      info: () => void logged.push("info"),
      warn: () => void logged.push("warn"),
      error: () => void logged.push("error"),
    },
    client: createClient(transport),
    resource: pods,
    clock,
    random: () => 0,
    streamingList,
  });
  const changes: string[] = [];
  informer.onChange(({ type, object }) => {
    changes.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
  });
  const requests = () =>
    server.requests.map(({ query }) => {
      if (query.get("sendInitialEvents")) return "streaming list";
      if (query.get("limit") === "1") return "check";
      return query.get("watch") ? `watch from ${query.get("resourceVersion")}` : "list";
    });
  const stop = new AbortController();
  informer.start(stop.signal);
  try {
    await test({ informer, clock, changes, logged, requests });
  } finally {
    stop.abort();
    await informer.stopped;
    transport.close();
    await server.close();
  }
  assertEquals(clock.pending(), []);
}

export function pod(name: string, resourceVersion: string, uid = `uid-${name}`) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "a", uid, resourceVersion },
  };
}

export const added = (name: string, version: string) => ({
  type: "ADDED",
  object: pod(name, version),
});
export const bookmark = (resourceVersion: string, initialEventsEnd = false) => ({
  type: "BOOKMARK",
  object: {
    kind: "Pod",
    metadata: {
      resourceVersion,
      ...(initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {}),
    },
  },
});
export const expired = { type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired" } };

export function stream(
  lines: unknown[],
  last: (stream: AnswerStream) => Promise<void> | void,
): Handler {
  return async (_request, answer: Answer) => {
    const body = await answer.stream();
    for (const line of lines) await body.line(line);
    await last(body);
  };
}
export const hang = (body: AnswerStream) => body.hang();
export const end = (body: AnswerStream) => body.end();
export const cut = (body: AnswerStream) => body.cut();

export function list(items: unknown[], resourceVersion: string, next?: string): Handler {
  const metadata = { resourceVersion, ...(next ? { continue: next } : {}) };
  return (_request, answer) => answer.json(200, { metadata, items });
}

/**
 * Returns a handler for the request by which an informer checks whether the API server has older data than the store.
 */
export const check = (resourceVersion: string) => list([], resourceVersion, "more");
