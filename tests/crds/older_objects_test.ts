// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type CrdManifest, crdManifests } from "../../crds/emit/manifests.ts";
import { until } from "../../devcluster/until.ts";
import { withGroup, withoutValidation } from "./crd_variants.ts";
import { adapter, component, graph, model, partitionJob, request } from "./objects.ts";
import { inNamespace, install, kubectl, noServer, refusal } from "./server.ts";

const GROUP = "older.dynamo.test";
const DEADLINE_MS = 30_000;

/** Objects that violate validation rules. A cluster may have stored such objects before the CRDs had the rules. */
const violating: { plural: string; object: Record<string, unknown>; status: unknown }[] = [
  {
    plural: "dynamographdeployments",
    object: graph("1.bad-names", { Worker: {}, worker: {}, pre_fill: {}, ["w".repeat(60)]: {} }),
    status: { state: "failed" },
  },
  {
    plural: "dynamographdeployments",
    object: graph("bad-services", {
      A: {
        replicas: -1,
        ingress: { enabled: true },
        sharedMemory: {},
        volumeMounts: [{ name: "x" }],
      },
      B: { resources: { limits: { gpu: "two", custom: { "a/b": "-1" } } } },
      C: { multinode: { nodeCount: 1 } },
    }, { backendFramework: "llamacpp", pvcs: [{ name: "", create: true }] }),
    status: { state: "failed" },
  },
  {
    plural: "dynamographdeployments",
    object: graph("no-services", {}),
    status: { state: "failed" },
  },
  {
    plural: "dynamographdeployments",
    object: { ...graph("no-spec", {}), spec: undefined },
    status: { state: "failed" },
  },
  {
    plural: "dynamocomponentdeployments",
    object: component("bad-component", { ingress: { enabled: true }, replicas: -1 }),
    status: { conditions: [] },
  },
  {
    plural: "dynamographdeploymentrequests",
    object: request("bad-request", { profilerImage: "", config: undefined }),
    status: { state: "Failed" },
  },
  {
    plural: "dynamographdeploymentscalingadapters",
    object: adapter("bad-adapter", { replicas: 1, dgdRef: { name: "", serviceName: "" } }),
    status: { replicas: 0 },
  },
  {
    plural: "dynamomodels",
    object: model("bad-model", { modelName: "", modelType: "lora", source: { uri: "ftp://x" } }),
    status: { readyEndpoints: 0, totalEndpoints: 0 },
  },
  {
    plural: "ddbctldpjobs",
    object: partitionJob("bad-partition", {
      awsRegion: "No Region",
      ddbCtlDpJob: { tableName: "", partitionValue: "" },
      maxConcurrency: 0,
    }),
    status: { observedGeneration: 1, phase: "Failed", tableName: "" },
  },
];

/** A graph whose name is valid, but whose services have invalid keys. */
const oldNames = graph("old-names", { Worker: {}, worker: {}, pre_fill: {}, Frontend: {} });

Deno.test(
  "the API server accepts status, labels and finalizers for objects from before the rules",
  { ignore: noServer },
  async (test) => {
    const strict = crdManifests().map((manifest) => withGroup(GROUP, manifest));
    try {
      await install(strict.map(withoutValidation));
      await inNamespace(async (namespace) => {
        const here = (...args: string[]) => [...args, "-n", namespace];
        for (const { object } of violating) {
          await kubectl(here("create", "-f", "-"), stored(object));
        }
        await kubectl(here("create", "-f", "-"), stored(oldNames));
        await install(strict);
        await untilRulesApply(namespace);
        for (const { plural, object, status } of violating) {
          const name = nameOf(object);
          const target = [`${plural}.${GROUP}`, name];
          await test.step(`${name} (${plural})`, async () => {
            const patch = (body: unknown, ...args: string[]) =>
              kubectl(
                here("patch", ...target, "--type=merge", "-p", JSON.stringify(body), ...args),
              );
            await patch({ status }, "--subresource=status");
            await patch({ metadata: { labels: { touched: "yes" } } });
            await kubectl(here("delete", ...target, "--wait=false"));
            await patch({ status }, "--subresource=status");
            await patch({ metadata: { finalizers: null } });
            assertEquals(await kubectl(here("get", ...target, "--ignore-not-found")), "");
          });
        }
        await test.step("services with invalid keys can be changed, new services need valid keys", async () => {
          const change = (services: unknown) =>
            here("patch", `dynamographdeployments.${GROUP}`, nameOf(oldNames), "--type=merge")
              .concat("-p", JSON.stringify({ spec: { services } }));
          await kubectl(change({ pre_fill: { replicas: 2 }, Frontend: null }));
          // The error message names the keys of all services to rename, in any order.
          assertMatch(await refusal(change({ de_code: {} })), /rename \[.*"de_code"/);
          assertStringIncludes(await refusal(change({ WORKER: {} })), "regardless of case");
        });
      });
    } finally {
      await removeCrds(strict);
    }
  },
);

/** Deletes the CRDs of this test and all their objects, including those of an earlier run that failed. */
async function removeCrds(kinds: CrdManifest[]): Promise<void> {
  await install(kinds.map(withoutValidation));
  const names = kinds.map(({ metadata }) => metadata.name);
  const left: { items: { kind: string; metadata: { name: string; namespace: string } }[] } = JSON
    .parse(await kubectl(["get", names.join(","), "--all-namespaces", "-o", "json"]));
  for (const { kind, metadata: { name, namespace } } of left.items) {
    const target = [`${kind}.v1alpha1.${GROUP}`, name, "-n", namespace];
    await kubectl(["patch", ...target, "--type=merge", "-p", '{"metadata":{"finalizers":null}}']);
  }
  await kubectl(["delete", "crd", ...names, "--timeout=60s"]);
}

/** Returns a copy of the object in the API group of this test, with a finalizer that delays its deletion. */
function stored(object: Record<string, unknown>): Record<string, unknown> {
  const metadata = { name: nameOf(object), finalizers: ["nvidia.com/finalizer"] };
  return { ...object, apiVersion: `${GROUP}/v1alpha1`, metadata };
}

function nameOf({ metadata }: Record<string, unknown>): string {
  if (metadata instanceof Object && "name" in metadata) return String(metadata.name);
  throw new Error("Cannot read the name of an object without metadata.name");
}

/** Waits until the API server enforces the validation rules of all kinds. CRD updates take effect after a delay. */
async function untilRulesApply(namespace: string): Promise<void> {
  for (const { plural, object } of violating) {
    const renamed = stored({ ...object, metadata: { name: `${nameOf(object)}.again` } });
    await until(`the rules of ${plural}`, DEADLINE_MS, async () => {
      try {
        await kubectl(["create", "-n", namespace, "--dry-run=server", "-f", "-"], renamed);
        return undefined;
      } catch (error) {
        if (error instanceof Error && error.message.includes("is invalid")) return true;
        throw error;
      }
    });
  }
}
