import { createMarker, type Marker } from "../marker.ts";
import type { LeaseClient } from "../watched_lease.ts";
import { type FakeClocks, fakeClocks, settle } from "./fake_clocks.ts";
import type { LeaseServer } from "./lease_server.ts";

export const NAMESPACE = "team-a";
export const OURS = "team-a/dynamo.nvidia.com/main";
const TIMES = { durationMs: 30_000, renewMs: 10_000, handoverDelayMs: 10_000 };

/** One replica of a namespace-scoped operator. It is a standby until the test makes it the leader. */
export interface MarkerHolder {
  clocks: FakeClocks;
  /** Arguments of the `onForeign` calls: the holder that the replica waits for, or undefined when the wait ends. */
  reports: (string | undefined)[];
  marker: Marker;
  lead(): Promise<void>;
  /** Returns whether the `work` callback of the replica runs. */
  working(): boolean;
  mayWrite(): boolean;
  /** Cuts the connection to the API server, or restores it. */
  cutOff(value: boolean): void;
  /** Delays the events of the replica's watch until the promise resolves. */
  delayEvents(until: Promise<void> | undefined): void;
  stop(): Promise<void>;
  /** Stops the replica, or ends its leadership, and waits until its `work` callback has returned. */
  end(how?: "stop" | "lose"): Promise<void>;
}

export function markerHolder(
  server: LeaseServer,
  { installation = OURS, version = "1.0", clocks = fakeClocks() } = {},
): MarkerHolder {
  let cut = false;
  let delayed: Promise<void> | undefined;
  let working = false;
  const reports: (string | undefined)[] = [];
  const marker = createMarker({
    client: withDelayedEvents(server.client(version, () => cut), () => delayed),
    namespace: NAMESPACE,
    version,
    installation,
    times: TIMES,
    onForeign: (foreign) => reports.push(foreign?.spec?.holderIdentity),
    clocks,
    random: () => 0,
  });
  const stop = new AbortController();
  const lost = new AbortController();
  const informing = new AbortController();
  const lead = Promise.withResolvers<void>();
  marker.informer.start(informing.signal);
  const ended = (async () => {
    await marker.informer.synced;
    const standingBy = marker.standBy(informing.signal);
    await lead.promise;
    await marker.run(stop.signal, lost.signal, async (workLost) => {
      working = true;
      await new Promise<void>((resolve) => {
        workLost.addEventListener("abort", () => resolve(), { once: true });
        stop.signal.addEventListener("abort", () => resolve(), { once: true });
      });
      working = false;
    });
    informing.abort();
    await standingBy;
  })();
  return {
    clocks,
    reports,
    marker,
    lead: () => (lead.resolve(), settle()),
    working: () => working,
    mayWrite: () => marker.writeDeadline.leftMs() > 0,
    cutOff: (value) => void (cut = value),
    delayEvents: (until) => void (delayed = until),
    async stop() {
      stop.abort();
      await settle();
    },
    async end(how = "stop") {
      cut = false;
      lead.resolve();
      (how === "stop" ? stop : lost).abort();
      await clocks.advance(5_000);
      await ended;
    },
  };
}

function withDelayedEvents(
  client: LeaseClient,
  delayed: () => Promise<void> | undefined,
): LeaseClient {
  return {
    ...client,
    async *watch(...args) {
      for await (const event of client.watch(...args)) {
        await delayed();
        yield event;
      }
    },
  } as LeaseClient;
}
