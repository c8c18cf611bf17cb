// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { podSpecFile } from "../../tools/openapi/pod_spec.ts";
import { type CrdManifest, crdManifests, customKinds } from "../../crds/emit/manifests.ts";
import { parseManifest } from "../../crds/parse/parse_manifest.ts";
import { changedFields } from "../support/changed_fields.ts";
import { withGroup } from "./crd_variants.ts";
import { adapter, component, graph, model, partitionJob, request } from "./objects.ts";
import { inNamespace, installCrds, kubectl, noServer } from "./server.ts";

const GENERATED = new URL("../../crds/fields/pod_spec.generated.json", import.meta.url);

Deno.test(
  "the API server stores every CRD exactly as it was sent",
  { ignore: noServer },
  async () => {
    const sent = crdManifests();
    await installCrds();
    for (const manifest of sent) {
      const stored: CrdManifest = JSON.parse(
        await kubectl(["get", "crd", manifest.metadata.name, "-o", "json"]),
      );
      // The API server drops unknown keys below additionalProperties without an error, so the test compares the
      // schemas. Tools such as Argo CD would always report a dropped or changed field as a difference.
      assertEquals(changedFields(manifest, stored), []);
      assertEquals(stored.spec.versions, manifest.spec.versions);
      assertEquals(stored.spec.names, manifest.spec.names);
    }
  },
);

Deno.test("kubectl apply without --server-side works twice", { ignore: noServer }, async () => {
  // The test does not delete the CRDs: a busy API server needs minutes to delete CRDs shortly after their creation.
  const items = crdManifests().map((manifest) => withGroup("applied.dynamo.test", manifest));
  const list = { apiVersion: "v1", kind: "List", items };
  const first = await kubectl(["apply", "-f", "-"], list);
  assertEquals(first.match(/ created$/gm)?.length, items.length);
  const second = await kubectl(["apply", "-f", "-"], list);
  assertEquals(second.match(/ unchanged$/gm)?.length, items.length);
});

Deno.test(
  "kubectl accepts the templates of the CRD chart",
  { ignore: noServer },
  async () => {
    const templates = new URL("../../chart/crds/templates/", import.meta.url).pathname;
    const output = await kubectl([
      "apply",
      "--server-side",
      "--force-conflicts",
      "--dry-run=server",
      "-f",
      templates,
    ]);
    assertEquals(output.match(/serverside-applied/g)?.length, crdManifests().length);
  },
);

Deno.test(
  "the generated PodSpec equals the PodSpec that this API server publishes",
  { ignore: noServer },
  async () => {
    const document = JSON.parse(await kubectl(["get", "--raw", "/openapi/v3/api/v1"]));
    assert(
      podSpecFile(document) === await Deno.readTextFile(GENERATED),
      "crds/fields/pod_spec.generated.json is out of date; run `deno task generate:openapi`",
    );
  },
);

Deno.test("kubectl explain describes a field", { ignore: noServer }, async (test) => {
  await installCrds();
  const explained: [field: string, sentence: string][] = [
    ["dgd", "An inference graph: frontends, workers and planners"],
    ["dgd.spec.services.ingress.host", "Host name without hostPrefix and hostSuffix."],
    ["dgd.spec.services.extraPodSpec.mainContainer.image", "Container image name."],
    ["dgd.status.state", "State of the graph: pending until all services are ready"],
    ["dcd.spec.resources.limits.gpu", "Number of GPUs per node."],
    ["dgdr.spec.profilingConfig.configMapRef.key", "Key of the manifest in the ConfigMap."],
    ["dgdsa.spec.dgdRef.serviceName", "Key of the service in spec.services of the graph."],
    ["dm.spec.source.uri", "s3://BUCKET/PATH or hf://ORGANISATION/MODEL@REVISION."],
    ["dwm.spec.data", "Registration of the pod"],
  ];
  for (const [field, sentence] of explained) {
    await test.step(field, async () => {
      const output = await kubectl(["explain", field, "--api-version=nvidia.com/v1alpha1"]);
      assertStringIncludes(output.replaceAll(/\s+/g, " "), sentence);
    });
  }
});

Deno.test('the category "dynamo" contains all CRDs', { ignore: noServer }, async () => {
  await installCrds();
  const output = await kubectl(["api-resources", "--categories=dynamo", "-o", "name"]);
  for (const { metadata } of crdManifests()) assertStringIncludes(output, metadata.name);
});

/** A service in which some fields with a default in the schema are omitted, some are null, and some are set. */
const service = {
  multinode: {},
  scalingAdapter: {},
  replicas: null,
  volumeMounts: [{ name: "a", mountPoint: "/a" }, { name: "b", useAsCompilationCache: true }],
  envs: [{ name: "A", valueFrom: { secretKeyRef: { key: "k" } } }],
  livenessProbe: { grpc: { port: 1 } },
  resources: { limits: { cpu: "1000m", custom: { "a/b": "1" } } },
  extraPodSpec: {
    nodeSelector: { gone: null },
    mainContainer: { ports: [{ containerPort: 1 }, { containerPort: 2, protocol: null }] },
    volumes: [{ name: "v", emptyDir: { sizeLimit: 1 } }, { name: "w", iscsi: iscsi() }],
  },
};

function iscsi() {
  return { targetPortal: "p", iqn: "q", lun: 0 };
}

Deno.test(
  "a parsed manifest equals the object that the API server stores",
  { ignore: noServer },
  async (test) => {
    await installCrds();
    const objects = [
      graph("parsed", { W: service, V: { multinode: null } }),
      component("parsed", service),
      request("parsed", { configMapRef: { name: "c" } }),
      adapter("parsed", { replicas: 0, dgdRef: { name: "g", serviceName: "W" } }),
      model("parsed", { modelType: null }),
      { ...model("parsed"), kind: "DynamoWorkerMetadata", spec: { data: { a: [null] } } },
      partitionJob("parsed", { tableName: "Orders", partitionValue: "t-1", dryRun: true }),
    ];
    assertEquals(objects.map(({ kind }) => kind), customKinds.map(({ names }) => names.kind));
    await inNamespace(async (namespace) => {
      for (const object of objects) {
        await test.step(String(object["kind"]), async () => {
          const args = ["create", "-n", namespace, "-o", "json", "-f", "-"];
          const { apiVersion, kind, spec } = JSON.parse(await kubectl(args, object));
          const parsed: Record<string, unknown> = { ...parseManifest(JSON.stringify(object)) };
          assertEquals(parsed, { apiVersion, kind, spec, metadata: parsed["metadata"] });
        });
      }
    });
  },
);
