// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Pod } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graph } from "../testing/graph_builder.ts";
import { readyClique, readyGroup, storedSet } from "../testing/grove_objects.ts";
import { podLister, remainingPods } from "./former_pods.ts";

const object = graph().withFrontend().build();
const set = storedSet(object);

function partOf<T extends KubeObject>(member: T, name: string): T {
  const labels = { "app.kubernetes.io/part-of": name };
  return { ...member, metadata: { ...member.metadata, labels } };
}

async function remaining(of: "grove" | "components") {
  const selectors: string[] = [];
  const listPods = (namespace: string | undefined, selector: string) => {
    selectors.push(`${namespace} ${selector}`);
    return Promise.resolve([{ metadata: { name: "b" } }, { metadata: { name: "a" } }] as Pod[]);
  };
  const cliques = [readyClique(set, "chat-0-frontend"), readyClique(set, "other-0-frontend")];
  const members = {
    podCliques: {
      namespace: () => cliques.map((clique, index) => partOf(clique, index ? "other" : "chat")),
    },
    podCliqueScalingGroups: { namespace: () => [partOf(readyGroup(set, "chat-0-decode"), "chat")] },
  };
  return { found: await remainingPods(object, of, members, listPods), selectors };
}

Deno.test("on Grove, PodCliques and scaling groups of the graph count beside its pods", async () => {
  assertEquals(await remaining("grove"), {
    found: [
      'Pod "a"',
      'Pod "b"',
      'PodClique "chat-0-frontend"',
      'PodCliqueScalingGroup "chat-0-decode"',
    ],
    selectors: ["team app.kubernetes.io/part-of=chat,grove.io/podclique"],
  });
});

Deno.test("pods of components are those of the graph that Grove did not create", async () => {
  assertEquals(await remaining("components"), {
    found: ['Pod "a"', 'Pod "b"'],
    selectors: ["team nvidia.com/dynamo-graph-deployment-name=chat,!grove.io/podclique"],
  });
});

Deno.test("pods that have ended hold no resources, so they are not listed", async () => {
  const selectors: (string | undefined)[] = [];
  const client: Pick<Client, "pages"> = {
    async *pages(_resource, { fieldSelector, labelSelector, limit } = {}) {
      selectors.push(fieldSelector, labelSelector, String(limit));
      yield await Promise.resolve({ items: [], resourceVersion: "1" });
    },
  };
  assertEquals(await podLister(client)("team", "a=b"), []);
  assertEquals(selectors, ["status.phase!=Succeeded,status.phase!=Failed", "a=b", "10"]);
});
