import { createMarker } from "../marker.ts";
import type { LeaseClient } from "../watched_lease.ts";
import { fakeClocks, settle } from "./fake_clocks.ts";
import type { LeaseServer } from "./lease_server.ts";

export const NAMESPACE = "team-a";
export const OURS = "team-a/dynamo.nvidia.com/main";
const TIMES = { durationMs: 30_000, renewMs: 10_000, handoverDelayMs: 10_000 };
const SILENT = { info: () => {}, warn: () => {} };

/** The leader of a namespace-scoped installation, from the moment at which it leads. */
export function leader(
  server: LeaseServer,
  { installation = OURS, version = "1.0", clocks = fakeClocks() } = {},
) {
  let cut = false;
  /** What events of its watch wait for. */
  let held: Promise<void> | undefined;
  let working = false;
  const reports: (string | undefined)[] = [];
  const marker = createMarker({
    client: withHeldWatch(server.client(version, () => cut), () => held),
    namespace: NAMESPACE,
    version,
    installation,
    times: TIMES,
    onForeign: (foreign) => reports.push(foreign?.spec?.holderIdentity),
    clocks,
    random: () => 0,
    log: SILENT,
  });
  const [stop, lost, informing] = [
    new AbortController(),
    new AbortController(),
    new AbortController(),
  ];
  const lead = Promise.withResolvers<void>();
  marker.informer.start(informing.signal);
  const ended = (async () => {
    await marker.informer.synced;
    const standingBy = marker.standBy(informing.signal);
    await lead.promise;
    await marker.run(stop.signal, lost.signal, async (gone) => {
      working = true;
      await new Promise<void>((resolve) => {
        gone.addEventListener("abort", () => resolve(), { once: true });
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
    mayWrite: () => marker.fence.leftMs() > 0,
    cutOff: (value: boolean) => void (cut = value),
    holdWatch: (until: Promise<void> | undefined) => void (held = until),
    async stop() {
      stop.abort();
      await settle();
    },
    async end(how: "stop" | "lose" = "stop") {
      cut = false;
      lead.resolve();
      (how === "stop" ? stop : lost).abort();
      await clocks.advance(5_000);
      await ended;
    },
  };
}

/** A client whose watch brings news late. */
function withHeldWatch(client: LeaseClient, held: () => Promise<void> | undefined): LeaseClient {
  return {
    ...client,
    async *watch(...args) {
      for await (const event of client.watch(...args)) {
        await held();
        yield event;
      }
    },
  } as LeaseClient;
}
