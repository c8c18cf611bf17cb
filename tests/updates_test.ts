// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { untilIdle } from "./support/operator_state.ts";
import { newReplicaSets, replicaSetsOf } from "./support/replica_sets.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const SERVICES = {
  Frontend: frontend(),
  Decode: worker({ replicas: 2 }),
  Prefill: worker(),
};

/**
 * Effect of a change to a graph: `changed` names the components whose spec changes, `rolled` those whose pods are
 * replaced.
 */
interface Effect {
  changed: string[];
  rolled: string[];
}

Deno.test(
  "a change of a graph replaces the pods of exactly the components that it concerns",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "updates" });
    const kube = await env.createNamespace();
    await kube.apply(graphs, graphOf("chat", SERVICES));
    await kube.untilState("chat", "successful");
    await untilIdle(env.operator);

    const generations = async () =>
      new Map(
        (await kube.list(components))
          .map(({ metadata: { name, generation } }) => [name, generation]),
      );
    /** Merges a change into the spec of the graph. Fails unless the change has exactly this effect. */
    const change = async (name: string, spec: unknown, { changed, rolled }: Effect) => {
      await t.step(name, async () => {
        const [sets, before] = [await replicaSetsOf(kube), await generations()];
        await kube.edit(graphs, "chat", { spec });
        await kube.untilState("chat", "successful");
        await untilIdle(env.operator);
        const after = await generations();
        const edited = [...after.keys()].filter((name) => after.get(name) !== before.get(name));
        assertEquals(edited.sort(), changed.map((key) => `chat-${key}`));
        const one = Object.fromEntries(rolled.map((key) => [`chat-${key}`, 1]));
        assertEquals(newReplicaSets(sets, await replicaSetsOf(kube)), one);
      });
    };
    const rolls = (...keys: string[]) => ({ changed: keys, rolled: keys });
    const changeOf = (name: string, service: string, spec: unknown, effect: Effect) =>
      change(name, { services: { [service]: spec } }, effect);

    const image = { extraPodSpec: { mainContainer: { image: NEW_IMAGE } } };
    await changeOf("an image", "Decode", image, rolls("decode"));
    const envs = [{ name: "LEVEL", value: "1" }];
    await changeOf("a variable of a service", "Prefill", { envs }, rolls("prefill"));
    const shared = [{ name: "LEVEL", value: "2" }, { name: "ZONE", value: "a" }];
    await change(
      "variables of the graph",
      { envs: shared },
      rolls("decode", "frontend", "prefill"),
    );
    const overridden = [{ name: "LEVEL", value: "3" }, { name: "ZONE", value: "a" }];
    await change(
      "a variable of the graph that one service overrides",
      { envs: overridden },
      rolls("decode", "frontend"),
    );
    const scaled = { changed: ["decode"], rolled: [] };
    await changeOf("replicas", "Decode", { replicas: 3 }, scaled);
    assertEquals((await kube.get(deployments, "chat-decode")).spec?.replicas, 3);
    const probe = { httpGet: { path: "/live", port: 8000 }, failureThreshold: 7 };
    await changeOf("a liveness probe", "Frontend", { livenessProbe: probe }, rolls("frontend"));
    const readiness = { httpGet: { path: "/ready", port: 9090 } };
    await changeOf("a readiness probe", "Decode", { readinessProbe: readiness }, rolls("decode"));
    const resources = { requests: { cpu: "2", memory: "1Gi" }, limits: { gpu: "1" } };
    await changeOf("resources", "Prefill", { resources }, rolls("prefill"));
    await changeOf("an added service", "Extra", worker(), rolls("extra"));
    await changeOf("a removed service", "Extra", null, rolls());
    await kube.untilGone(deployments, "chat-extra");
    const labels = { changed: ["decode"], rolled: [] };
    await changeOf("a label of a service", "Decode", { labels: { team: "red" } }, labels);
    const both = { Decode: { replicas: 1, ...image }, Frontend: image };
    await change("two services at once", { services: both }, {
      changed: ["decode", "frontend"],
      rolled: ["frontend"],
    });
  },
);
