// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { valueDigest } from "../../partition/value_digest.ts";
import { PARTITION } from "../../crds/labels.ts";
import { helpRequested } from "../../commands/cli/flags.ts";
import { readDeletePartitionOptions } from "../../commands/delete_partition/options.ts";
import { jobManifest, jobName, secretManifest, secretName } from "./job.ts";
import { config, partitionJob } from "./testing/objects.ts";

const VALUE = "tenant-with-a-secret-name";

Deno.test("the partition value is in the Secret and nowhere in the Job", () => {
  const object = partitionJob({ partitionValue: VALUE });
  const secret = secretManifest(object);
  assertEquals([secret.immutable, secret.stringData], [true, { PARTITION_VALUE: VALUE }]);
  assertEquals(JSON.stringify(jobManifest(object, config)).includes(VALUE), false);
  for (const { metadata } of [secret, jobManifest(object, config)]) {
    assertEquals(metadata.ownerReferences?.map(({ uid }) => uid), ["uid-1"]);
  }
});

Deno.test("absent fields and an empty endpoint add nothing to the arguments", () => {
  const { spec } = jobManifest(partitionJob({ endpointURL: "", awsRegion: "" }), config);
  assertEquals(spec?.template.spec?.containers[0]?.args, [
    "delete-partition",
    "--table-name=Orders",
    "--skip-confirmation",
    `--value-digest=${valueDigest("t-1", "uid-1")}`,
    "--progress-address=[$(POD_IP)]:9086",
    "--termination-log=/termination-log",
  ]);
  assertEquals(spec?.template.spec?.containers[0]?.ports, [
    { name: "progress", containerPort: 9086, protocol: "TCP" },
  ]);
});

Deno.test("the fields of both shapes of the spec become arguments", () => {
  const target = {
    tableName: "Orders",
    partitionValue: "1",
    awsRegion: "eu-west-1",
    endpointURL: "http://ddb:8000",
  };
  const object = partitionJob();
  object.spec = {
    ddbCtlDpJob: target,
    keyType: "N",
    dryRun: true,
    maxItems: 10,
    itemsPerSecond: 5,
    maxConcurrency: 2,
    activeDeadlineSeconds: 60,
    backoffLimit: 1,
    serviceAccountName: "deleter",
    credentials: { secretName: "aws" },
    suspend: true,
  };
  const { spec } = jobManifest(object, { ...config, tableAllow: ["Ord*", "x"] });
  assertEquals([spec?.suspend, spec?.backoffLimit, spec?.activeDeadlineSeconds], [true, 1, 60]);
  assertEquals(spec?.template.spec?.serviceAccountName, "deleter");
  const [container] = spec?.template.spec?.containers ?? [];
  assertEquals(container?.args?.slice(1, 12), [
    ...["--table-name=Orders", "--endpoint-url=http://ddb:8000", "--region=eu-west-1"],
    ...["--skip-confirmation", "--key-type=N", "--dry-run"],
    ...["--items-per-second=5", "--max-concurrency=2"],
    `--value-digest=${valueDigest("1", "uid-1")}`,
    ...["--table-allow=Ord*", "--table-allow=x"],
  ]);
  const secrets = container?.env?.flatMap(({ name, valueFrom }) => {
    const { secretKeyRef: ref } = valueFrom ?? {};
    return ref ? [`${name} ${ref.name}${ref.optional ? "?" : ""}`] : [];
  });
  assertEquals(secrets, [
    `PARTITION_VALUE ${secretName(object)}`,
    "AWS_ACCESS_KEY_ID aws",
    "AWS_SECRET_ACCESS_KEY aws",
    "AWS_SESSION_TOKEN aws?",
  ]);
});

Deno.test("the Job has one pod at a time, does not retry fatal errors, and has a finalizer", () => {
  const { metadata, spec } = jobManifest(partitionJob(), config);
  assertEquals(metadata.finalizers, ["dynamoctl.dp.operators.sanjivmadhavan.io/record"]);
  const pod = spec?.template.metadata;
  assertEquals(pod?.finalizers, metadata.finalizers);
  for (const [name, value] of Object.entries(metadata.labels ?? {})) {
    assertEquals(pod?.labels?.[name], value);
  }
  assertEquals(pod?.annotations?.[PARTITION.nameAnnotation], "orders");
  assertEquals(spec?.ttlSecondsAfterFinished, undefined);
  assertEquals([spec?.backoffLimit, spec?.podReplacementPolicy], [6, "Failed"]);
  assertEquals(spec?.podFailurePolicy?.rules.map(({ action }) => action), ["FailJob", "Ignore"]);
  assertEquals(spec?.podFailurePolicy?.rules[0]?.onExitCodes?.values, [2, 3]);
});

Deno.test("the pod has the settings of the administrator, which cannot replace the operator's variables", () => {
  const settings = {
    imagePullSecrets: [{ name: "registry" }],
    nodeSelector: { pool: "jobs" },
    priorityClassName: "low",
    resources: { limits: { cpu: "500m" } },
    env: [{ name: "PARTITION_VALUE", value: "other" }, { name: "HTTPS_PROXY", value: "http://p" }],
    caConfigMap: "company-ca",
  };
  const spec = jobManifest(partitionJob(), { ...config, pod: settings }).spec?.template.spec;
  assertEquals([spec?.imagePullSecrets, spec?.nodeSelector, spec?.priorityClassName], [
    settings.imagePullSecrets,
    settings.nodeSelector,
    settings.priorityClassName,
  ]);
  assertEquals(spec?.volumes?.[0]?.configMap?.name, "company-ca");
  const [container] = spec?.containers ?? [];
  assertEquals(container?.resources, settings.resources);
  const last = new Map(container?.env?.map((variable) => [variable.name, variable]));
  assertEquals(last.get("PARTITION_VALUE")?.value, undefined);
  assertEquals(last.get("HTTPS_PROXY")?.value, "http://p");
  assertEquals(last.get("DENO_CERT")?.value, `${container?.volumeMounts?.[0]?.mountPath}/ca.crt`);
});

Deno.test("a limited pod waits at a gate for the number of items that it may delete", () => {
  const pod = jobManifest(partitionJob({ maxItems: 10 }), config).spec?.template.spec;
  assertEquals(pod?.schedulingGates, [{ name: PARTITION.gate }]);
  assertEquals(pod?.containers[0]?.args?.includes("--max-items=$(MAX_ITEMS)"), true);
  const source = pod?.containers[0]?.env?.find(({ name }) => name === "MAX_ITEMS")?.valueFrom;
  assertEquals(
    source?.fieldRef?.fieldPath,
    `metadata.annotations['${PARTITION.maxItemsAnnotation}']`,
  );
  for (const spec of [{}, { maxItems: 10, dryRun: true }]) {
    const free = jobManifest(partitionJob(spec), config).spec?.template.spec;
    assertEquals(free?.schedulingGates, undefined);
  }
});

Deno.test("a value in a Secret of the user is in neither the Job nor a Secret of the operator", () => {
  const object = partitionJob({
    partitionValueFrom: { secretKeyRef: { name: "tenant", key: "id" } },
  });
  delete object.spec.partitionValue;
  const [container] = jobManifest(object, config).spec?.template.spec?.containers ?? [];
  const variable = container?.env?.find(({ name }) => name === "PARTITION_VALUE");
  assertEquals(variable?.valueFrom?.secretKeyRef, { name: "tenant", key: "id" });
  assertEquals(container?.args?.some((arg) => arg.startsWith("--value-digest")), false);
});

Deno.test("service meshes do not inject containers into the pod", () => {
  const { metadata, spec } = jobManifest(partitionJob(), config);
  const pod = spec?.template.metadata;
  for (const marks of [pod?.labels, pod?.annotations]) {
    assertEquals(marks?.["sidecar.istio.io/inject"], "false");
    assertEquals(marks?.["linkerd.io/inject"], "disabled");
  }
  assertEquals("linkerd.io/inject" in (metadata.labels ?? {}), false);
});

Deno.test("values of the spec cannot insert environment variables into the arguments", () => {
  const object = partitionJob({ endpointURL: "http://evil/$(AWS_SECRET_ACCESS_KEY)$$(A)" });
  const tables = { ...config, tableAllow: ["$(PARTITION_VALUE)*"] };
  const args = jobManifest(object, tables).spec?.template.spec?.containers[0]?.args ?? [];
  assertEquals(args[2], "--endpoint-url=http://evil/$$(AWS_SECRET_ACCESS_KEY)$$$$(A)");
  assertEquals(args.includes("--table-allow=$$(PARTITION_VALUE)*"), true);
  const references = args.map((arg) => arg.replaceAll("$$", "")).filter((arg) => arg.includes("$"));
  assertEquals(references, ["--progress-address=[$(POD_IP)]:9086"]);
});

Deno.test("a table name that looks like a flag is not parsed as one", () => {
  for (const tableName of ["--help", "--dry-run", "-h.", "--termination-log"]) {
    const [, ...args] = jobManifest(partitionJob({ tableName }), config).spec?.template.spec
      ?.containers[0]?.args ?? [];
    assertEquals(helpRequested(args), false);
    const env = (name: string) => name === "PARTITION_VALUE" ? "x" : undefined;
    const { request, terminationLog } = readDeletePartitionOptions(
      args.map((arg) => arg.replace("$(POD_IP)", "10.0.0.1")),
      env,
    );
    assertEquals([request.table, request.dryRun, terminationLog], [
      ...[tableName, false, "/termination-log"],
    ]);
  }
});

Deno.test("each object has its own Secret, always with the same name", () => {
  const [first, second] = [partitionJob(), partitionJob()];
  assertEquals(secretName(first), secretName(second));
  assertEquals(secretManifest(first).metadata.name, secretName(first));
  second.metadata.uid = "uid-2";
  assertNotEquals(secretName(first), secretName(second));
});

Deno.test("a Job is named after its object if the name fits into a label", () => {
  assertEquals(jobName("ddbctldpjob-sample"), "ddbctldpjob-sample-job");
  assertEquals(jobName("n".repeat(59)), `${"n".repeat(59)}-job`);
});

Deno.test("a longer name is truncated and stays unique", () => {
  const [a, b] = [`${"n".repeat(80)}a`, `${"n".repeat(80)}b`].map(jobName);
  assertNotEquals(a, b);
  assertEquals([a?.length, b?.length], [63, 63]);
});

Deno.test("every truncated name is valid", () => {
  for (let dot = 40; dot < 60; dot++) {
    const name = `${"n".repeat(dot)}.${"m".repeat(40)}`;
    assert(jobName(name).length <= 63);
    assertMatch(jobName(name), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  }
});
