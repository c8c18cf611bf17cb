/** Tests a cluster-wide and a namespace-scoped operator in a namespace with a marker Lease of the Go operator. */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { events, type Lease, leases } from "../kube/builtin.ts";
import { ApiError } from "../kube/errors.ts";
import { microTime } from "../kube/clock.ts";
import { MARKER_NAME } from "../lease/marker_lease.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { eventually } from "./support/eventually.ts";
import { createMarkerLease, renewMarkerLease } from "./support/marker_lease.ts";
import { handoversIn, namespaceWrites } from "./support/handovers.ts";
import { assertWritesResumeAfterExpiry } from "./support/marker_expiry.ts";
import {
  createNamespacePair,
  graphWithoutPods,
  untilOperatorActsIn,
} from "./support/namespace_pair.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { SHORT_HANDOVER_FLAGS, spawnTestOperator } from "./support/test_operator.ts";

const DURATION_MS = 3_000;
const UPSTREAM = "namespace-restricted-operator-0.8.0";

Deno.test(
  "while the Go operator renews its marker Lease, no operator of this project writes to the namespace",
  {
    ignore: noCluster,
  },
  async () => {
    await using env = await startTestEnvironment({
      serviceAccount: "beside-go",
      flags: SHORT_HANDOVER_FLAGS,
    });
    const { cluster, client, operator: clusterWide } = env;
    const mark = await cluster.audit.mark();
    await using pair = await createNamespacePair(client);
    const { own: kube, other: elsewhere } = pair;
    const { namespace } = kube;
    const writesOf = async (...users: string[]) =>
      namespaceWrites(await cluster.audit.entries(mark), users, namespace);

    // Version 0.8 of the Go operator creates its marker Lease without renewTime.
    const acquireTime = microTime(Date.now());
    const spec = {
      holderIdentity: UPSTREAM,
      leaseDurationSeconds: DURATION_MS / 1000,
      acquireTime,
    };
    await createMarkerLease(client, namespace, spec);
    await kube.apply(graphs, graphWithoutPods("first"));
    await using upstream = renewMarkerLease(client, namespace);
    await untilOperatorActsIn(elsewhere, "one");
    assertEquals(await writesOf(clusterWide.user), []);
    await upstream.stop();
    await kube.untilState("first", "successful");
    const entries = await cluster.audit.entries(mark);
    assertWritesResumeAfterExpiry(entries, {
      user: clusterWide.user,
      namespace,
      durationMs: DURATION_MS,
    });

    // The Go operator holds the marker Lease again. Then a namespace-scoped operator starts.
    await using again = renewMarkerLease(client, namespace);
    await using scoped = await spawnTestOperator(cluster, {
      serviceAccount: "beside-go-scoped",
      restrictedTo: namespace,
      flags: [...SHORT_HANDOVER_FLAGS, "--operator-version=v9"],
    });
    await eventually(async () => {
      const { status, text } = await scoped.readiness();
      assertEquals(status, 503);
      assertStringIncludes(
        text,
        `Another operator, "${UPSTREAM}" of another installation, holds Lease`,
      );
    });
    await eventually(async () => {
      const event = (await kube.list(events)).find(({ reason }) =>
        reason === "NamespaceHeldByAnother"
      );
      assertEquals(event?.regarding?.name, MARKER_NAME);
    });
    await kube.apply(graphs, graphWithoutPods("second"));
    await untilOperatorActsIn(elsewhere, "two");
    assertEquals(await kube.find(components, "second-frontend"), undefined);
    assertEquals(await writesOf(scoped.user), []);

    await again.stop();
    await eventually(async () => {
      // When the Go operator's Lease has expired, the cluster-wide operator may write until it observes that
      // the namespace-scoped operator holds the Lease.
      await kube.apply(graphs, graphWithoutPods("second", crypto.randomUUID()));
      assert((await writesOf(scoped.user)).length > 0, await scoped.log());
    });
    await kube.untilState("second", "successful");
    assertEquals((await scoped.readiness()).status, 200);
    const marker = await kube.get(leases, MARKER_NAME);
    assertReadableByUpstream(marker);
    assertEquals(marker.spec?.holderIdentity, "namespace-restricted-operator-v9");
    assertEquals(
      marker.spec?.acquireTime,
      acquireTime,
      "an operator that takes over a marker Lease must keep its acquireTime",
    );

    await scoped.stop();
    await assertRejects(() => kube.get(leases, MARKER_NAME), ApiError, "not found");
    await kube.apply(graphs, graphWithoutPods("second", "last"));
    await eventually(async () =>
      assertEquals((await writesOf(clusterWide.user)).at(-1)?.user, clusterWide.user)
    );
    await kube.untilState("second", "successful");
    const handovers = handoversIn(namespace, await writesOf(clusterWide.user, scoped.user));
    assertEquals(handovers.at(-1)?.to, clusterWide.user);
  },
);

/**
 * Fails unless the Go operator can parse the times of a marker Lease and regards the Lease as valid. The Lease expires
 * when the Go operator's clock reaches `renewTime` plus `leaseDurationSeconds`.
 */
function assertReadableByUpstream({ spec = {} }: Lease) {
  const { renewTime = "", acquireTime = "", leaseDurationSeconds = 0 } = spec;
  for (const time of [renewTime, acquireTime]) assert(/\.\d{6}Z$/.test(time), time);
  assert(
    Date.parse(renewTime) + leaseDurationSeconds * 1000 > Date.now(),
    "the Go operator would regard it as expired",
  );
}
