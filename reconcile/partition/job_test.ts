// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import { readDeletePartitionOptions } from "../../commands/delete_partition/options.ts";
import { helpRequested } from "../../commands/cli/flags.ts";
import { jobManifest } from "./job.ts";
import { secretManifest, secretName } from "./secret.ts";
import { config, partitionJob } from "./testing/objects.ts";

const VALUE = "tenant-with-a-secret-name";

Deno.test("the partition's value is in the Secret and nowhere in the Job", () => {
  const object = partitionJob({ partitionValue: VALUE });
  const secret = secretManifest(object);
  assertEquals([secret.immutable, secret.stringData], [true, { PARTITION_VALUE: VALUE }]);
  assertEquals(JSON.stringify(jobManifest(object, config)).includes(VALUE), false);
  for (const { metadata } of [secret, jobManifest(object, config)]) {
    assertEquals(metadata.ownerReferences?.map(({ uid }) => uid), ["uid-1"]);
  }
});

Deno.test("what is not given is not passed on, an empty endpoint neither", () => {
  const { spec } = jobManifest(partitionJob({ endpointURL: "", awsRegion: "" }), config);
  assertEquals(spec?.template.spec?.containers[0]?.args, [
    "delete-partition",
    "--table-name=Orders",
    "--skip-confirmation",
    "--progress-address=[$(POD_IP)]:9086",
    "--termination-log=/termination-log",
  ]);
  // By which the operator, or whoever looks, finds it.
  assertEquals(spec?.template.spec?.containers[0]?.ports, [
    { name: "progress", containerPort: 9086, protocol: "TCP" },
  ]);
});

Deno.test("what is given is passed on, in either shape", () => {
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
    ...["--skip-confirmation", "--key-type=N", "--dry-run", "--max-items=10"],
    ...["--items-per-second=5", "--max-concurrency=2", "--table-allow=Ord*", "--table-allow=x"],
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

Deno.test("the Job has one pod at a time, is not retried in vain, and cannot vanish unrecorded", () => {
  const { metadata, spec } = jobManifest(partitionJob(), config);
  assertEquals(metadata.finalizers, ["dynamoctl.dp.operators.sanjivmadhavan.io/record"]);
  const pod = spec?.template.metadata;
  assertEquals([pod?.finalizers, pod?.annotations], [metadata.finalizers, metadata.annotations]);
  assertEquals(spec?.ttlSecondsAfterFinished, undefined);
  assertEquals([spec?.backoffLimit, spec?.podReplacementPolicy], [6, "Failed"]);
  assertEquals(spec?.podFailurePolicy?.rules.map(({ action }) => action), ["FailJob", "Ignore"]);
  assertEquals(spec?.podFailurePolicy?.rules[0]?.onExitCodes?.values, [2, 3]);
});

Deno.test("what is given cannot have variables of the pod put into the command line", () => {
  const object = partitionJob({ endpointURL: "http://evil/$(AWS_SECRET_ACCESS_KEY)$$(A)" });
  const tables = { ...config, tableAllow: ["$(PARTITION_VALUE)*"] };
  const args = jobManifest(object, tables).spec?.template.spec?.containers[0]?.args ?? [];
  assertEquals(args[2], "--endpoint-url=http://evil/$$(AWS_SECRET_ACCESS_KEY)$$$$(A)");
  assertEquals(args.includes("--table-allow=$$(PARTITION_VALUE)*"), true);
  const references = args.map((arg) => arg.replaceAll("$$", "")).filter((arg) => arg.includes("$"));
  assertEquals(references, ["--progress-address=[$(POD_IP)]:9086"]);
});

Deno.test("a table whose name looks like a flag is a table", () => {
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

Deno.test("each object has a Secret of its own, always of the same name", () => {
  const [first, second] = [partitionJob(), partitionJob()];
  assertEquals(secretName(first), secretName(second));
  assertEquals(secretManifest(first).metadata.name, secretName(first));
  second.metadata.uid = "uid-2";
  assertNotEquals(secretName(first), secretName(second));
});
