// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "./eventually.ts";
import { frontend, graphOf } from "./graphs.ts";
import { removeNamespace } from "./delete_namespace.ts";
import type { Scene } from "./namespace_client.ts";

/** Users of one namespace who create, change and delete graphs all the time, and remember what should be there. */
export interface RestlessUsers extends AsyncDisposable {
  /** Changes a graph and resolves when the change has reached its Deployment and the graph's status says so. */
  changeAndWait(): Promise<void>;
  /** Ends them and fails unless what they asked for is there in the end, and nothing else. */
  assertRight(): Promise<void>;
}

const PAUSE_MS = 250;
/** Graphs that come and go; the steady one stays. */
const PASSING = 3;

// No pods: whose turn it is to write does not depend on them, and they would cost the machine most.
const manifest = (name: string, turn: string) =>
  graphOf(name, { Frontend: frontend({ replicas: 0 }) }, { envs: [{ name: "TURN", value: turn }] });

/** @param pauseMs between two of their changes */
export async function restlessUsers(scene: Scene, pauseMs = PAUSE_MS): Promise<RestlessUsers> {
  const wanted = new Map<string, string>();
  let over = false;
  let turn = 0;

  async function write(name: string) {
    const value = `${++turn}`;
    await scene.apply(graphs, manifest(name, value));
    wanted.set(name, value);
  }

  async function remove(name: string) {
    const { metadata: { uid = "" } } = await scene.get(graphs, name);
    await scene.remove(graphs, name, { uid });
    await scene.untilGone(graphs, name, uid);
    wanted.delete(name);
  }

  async function live() {
    for (let step = 0; !over; step++) {
      const name = `passing-${step % PASSING}`;
      // Each is created, changed, and deleted in turn.
      if (step % (3 * PASSING) < 2 * PASSING) await write(name);
      else await remove(name);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async function assertMade(name: string) {
    const graph = await scene.get(graphs, name);
    const { status, metadata: { generation } } = graph;
    assertEquals([status?.observedGeneration, status?.state], [generation, "successful"]);
    const { spec } = await scene.get(deployments, `${name}-frontend`);
    const env = spec?.template.spec?.containers[0]?.env ?? [];
    assertEquals(env.find((variable) => variable.name === "TURN")?.value, wanted.get(name));
  }

  await write("steady");
  const living = live();
  const stop = async () => {
    over = true;
    await living;
  };
  return {
    async changeAndWait() {
      await write("steady");
      await eventually(() => assertMade("steady"));
    },
    async assertRight() {
      await stop();
      for (const name of wanted.keys()) await eventually(() => assertMade(name));
      const expected = [...wanted.keys()].map((name) => `${name}-frontend`).sort();
      const kinds: Resource<KubeObject>[] = [components, deployments, services];
      for (const kind of kinds) {
        await eventually(async () => {
          const names = (await scene.list(kind)).map(({ metadata }) => metadata.name);
          assertEquals(names.sort(), expected, kind.plural);
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await removeNamespace(scene.client, scene.namespace);
    },
  };
}
