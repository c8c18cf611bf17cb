// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { ApiError } from "../kube/errors.ts";
import { HistoryResetError } from "../kube/history.ts";
import { fakeClocks, settle } from "./testing/fake_clocks.ts";
import { type LeaseServer, leaseServer } from "./testing/lease_server.ts";
import { type LeaseClient, watchedLease } from "./watched_lease.ts";

const AT = { namespace: "team-a", name: "lease" };
const CONTENT = { spec: { holderIdentity: "one" } };

async function watched(client: LeaseClient) {
  const clocks = fakeClocks();
  const lease = watchedLease({ client, at: AT, clocks, random: () => 0 });
  const informing = new AbortController();
  lease.informer.start(informing.signal);
  await lease.informer.synced;
  return { lease, clocks, signal: informing.signal, [Symbol.dispose]: () => informing.abort() };
}

Deno.test("a late 404 does not remove a Lease that was created in the meantime", async () => {
  const server = leaseServer();
  const client = server.client("one");
  const late = Promise.withResolvers<void>();
  using one = await watched({
    ...client,
    async get(...args) {
      try {
        return await client.get(...args);
      } catch (error) {
        await late.promise;
        throw error;
      }
    },
  } as LeaseClient);
  const { lease, signal } = one;
  const reading = lease.read(signal);
  await settle();
  await lease.write(CONTENT, signal);
  late.resolve();
  await reading;
  assertEquals(lease.current()?.spec?.holderIdentity, "one");
});

Deno.test("the creation of a Lease in a namespace that does not exist is an error", async () => {
  const client = leaseServer().client("one");
  const request = { verb: "create", method: "POST", path: "/leases" };
  using one = await watched({
    ...client,
    create: () =>
      Promise.reject(
        new ApiError({ status: 404, reason: "NotFound", message: "namespaces", request }),
      ),
  } as LeaseClient);
  await assertRejects(() => one.lease.write(CONTENT, one.signal), ApiError, "namespaces");
});

Deno.test("a write to a Lease that was deleted in the meantime returns undefined and reads it again", async () => {
  const server = leaseServer();
  using one = await watched(server.client("one"));
  const { lease, signal } = one;
  await lease.write(CONTENT, signal);
  server.put(AT, undefined);
  assertEquals(await lease.write(CONTENT, signal), undefined);
  assertEquals(lease.current(), undefined);
});

/** Watches a Lease. While `isOutdated` returns true, reads return the Lease with its first resourceVersion. */
async function watchedOutdated(server: LeaseServer, isOutdated: () => boolean) {
  const client = server.client("one");
  const one = await watched({
    ...client,
    async get(...args) {
      const lease = await client.get(...args);
      return isOutdated()
        ? { ...lease, metadata: { ...lease.metadata, resourceVersion: "1" } }
        : lease;
    },
  } as LeaseClient);
  await one.lease.write(CONTENT, one.signal);
  let reported = false;
  one.lease.informer.outdated.catch(() => reported = true);
  return { ...one, reported: () => reported };
}

Deno.test("a Lease that stays older than the stored one is reported, because every write would end with a conflict", async () => {
  const server = leaseServer();
  using one = await watchedOutdated(server, () => true);
  const { lease, clocks, signal, reported } = one;
  for (const expected of [false, true]) {
    server.conflicts = 1;
    await assertRejects(() => lease.write(CONTENT, signal), HistoryResetError);
    await settle();
    assertEquals(reported(), expected);
    await clocks.advance(5_000);
  }
});

Deno.test("a Lease that is older than the stored one in a single read is not reported", async () => {
  let isOutdated = true;
  const server = leaseServer();
  using one = await watchedOutdated(server, () => isOutdated);
  const { lease, clocks, signal, reported } = one;
  await assertRejects(() => lease.read(signal), HistoryResetError);
  await clocks.advance(5_000);
  isOutdated = false;
  await lease.read(signal);
  isOutdated = true;
  await assertRejects(() => lease.read(signal), HistoryResetError);
  await settle();
  assertEquals(reported(), false);
});
