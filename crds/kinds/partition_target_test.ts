// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { partitionTarget } from "./partition_target.ts";

const target = {
  tableName: "Orders",
  partitionValue: "t-1",
  awsRegion: "eu-west-1",
  endpointURL: "http://ddb:8000",
};

Deno.test("the flat and the nested form of a spec result in the same target", () => {
  assertEquals(partitionTarget(target), target);
  assertEquals(partitionTarget({ ddbCtlDpJob: target, dryRun: true }), target);
});

Deno.test("an empty region or endpoint is omitted in the target", () => {
  const bare = { tableName: "Orders", partitionValue: "t-1" };
  assertEquals(partitionTarget({ ...bare, awsRegion: "", endpointURL: "" }), bare);
});
