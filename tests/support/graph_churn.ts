// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components, graphs, scalingAdapters } from "../../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./delete_namespace.ts";
import { eventually } from "./eventually.ts";
import { frontend, graphOf } from "./graphs.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** A loop that creates, changes and deletes graphs in one namespace, and records which graphs must exist. */
export interface GraphChurn extends AsyncDisposable {
  /** Changes the graph "permanent"; resolves when the Deployment and the status of the graph reflect the change. */
  changeAndWait(): Promise<void>;
  /** Stops the changes. Waits until the namespace contains exactly the children of the graphs that must exist. */
  assertConverged(): Promise<void>;
}

const PAUSE_MS = 250;
/** Number of graphs that the loop creates and deletes in turn, in addition to the graph "permanent". */
const TRANSIENT = 3;

// The graphs have zero replicas, because pods use much CPU time and do not affect handovers between operators.
const manifest = (name: string, value: string) =>
  graphOf(
    name,
    { Frontend: frontend({ replicas: 0, scalingAdapter: { enabled: true } }) },
    { envs: [{ name: "REVISION", value }] },
  );

/**
 * Starts a loop that creates, changes and deletes graphs. Disposing the result stops the loop and deletes the
 * namespace.
 *
 * @param pauseMs pause between two changes, in milliseconds
 */
export async function churnGraphs(kube: NamespaceClient, pauseMs = PAUSE_MS): Promise<GraphChurn> {
  const expected = new Map<string, string>();
  let stopped = false;
  let writes = 0;

  async function write(name: string) {
    const value = `${++writes}`;
    await kube.apply(graphs, manifest(name, value));
    expected.set(name, value);
  }

  async function remove(name: string) {
    const { metadata: { uid = "" } } = await kube.get(graphs, name);
    await kube.delete(graphs, name, { uid });
    await kube.untilGone(graphs, name, uid);
    expected.delete(name);
  }

  async function run() {
    for (let step = 0; !stopped; step++) {
      const name = `transient-${step % TRANSIENT}`;
      // In each cycle, the loop first creates all graphs, then changes all graphs, then deletes all graphs.
      if (step % (3 * TRANSIENT) < 2 * TRANSIENT) await write(name);
      else await remove(name);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async function assertReconciled(name: string) {
    const graph = await kube.get(graphs, name);
    const { status, metadata: { generation } } = graph;
    assertEquals([status?.observedGeneration, status?.state], [generation, "successful"]);
    const { spec } = await kube.get(deployments, `${name}-frontend`);
    const env = spec?.template.spec?.containers[0]?.env ?? [];
    assertEquals(env.find((variable) => variable.name === "REVISION")?.value, expected.get(name));
  }

  await write("permanent");
  const running = run();
  const stop = async () => {
    stopped = true;
    await running;
  };
  return {
    async changeAndWait() {
      await write("permanent");
      await eventually(() => assertReconciled("permanent"));
    },
    async assertConverged() {
      await stop();
      for (const name of expected.keys()) await eventually(() => assertReconciled(name));
      const expectedNames = [...expected.keys()].map((name) => `${name}-frontend`).sort();
      const kinds: Resource<KubeObject>[] = [
        components,
        deployments,
        services,
        scalingAdapters,
      ];
      for (const kind of kinds) {
        await eventually(async () => {
          const names = (await kube.list(kind)).map(({ metadata }) => metadata.name);
          assertEquals(names.sort(), expectedNames, kind.plural);
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await deleteNamespace(kube.client, kube.namespace);
    },
  };
}
