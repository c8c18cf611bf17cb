// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { FieldSet } from "./field_set.ts";
import {
  claimEntries,
  claimFields,
  foreignFields,
  foreignManagers,
  type Managed,
  ownFields,
} from "./managed_fields.ts";

const OWN: FieldSet = { "f:spec": { "f:replicas": {} } };
const EDIT: FieldSet = {
  "f:spec": { "f:strategy": { "f:rollingUpdate": { ".": {}, "f:maxSurge": {} } }, "f:paused": {} },
};

function entry(manager: string, fieldsV1: FieldSet, subresource?: string) {
  const operation = manager === "dynamo-operator" ? "Apply" : "Update";
  return {
    manager,
    operation,
    apiVersion: "apps/v1",
    fieldsType: "FieldsV1",
    fieldsV1,
    ...(subresource && { subresource }),
  };
}

function managed(...managedFields: ReturnType<typeof entry>[]): Managed {
  return { apiVersion: "apps/v1", metadata: { managedFields } };
}

Deno.test("fields of the operator's applies are distinguished from fields of other managers", () => {
  const object = managed(entry("dynamo-operator", OWN), entry("kubectl-edit", EDIT));
  assertEquals([ownFields(object), foreignFields(object)], [OWN, EDIT]);
  assertEquals(ownFields(managed(entry("dynamo-operator", OWN, "status"))), {});
});

Deno.test("a claimed field moves to the operator, and the other fields of the manager stay", () => {
  const object = managed(entry("kubectl-edit", EDIT), entry("dynamo-operator", OWN));
  assertEquals(claimFields(object, [["f:spec", "f:strategy", "f:rollingUpdate"]]), [
    entry("dynamo-operator", {
      "f:spec": { "f:replicas": {}, "f:strategy": { "f:rollingUpdate": {} } },
    }),
    entry("kubectl-edit", { "f:spec": { "f:paused": {} } }),
  ]);
});

Deno.test("a manager whose last field is claimed disappears, and a default needs no former owner", () => {
  const object = managed(entry("kubectl-edit", { "f:spec": { "f:paused": {} } }));
  assertEquals(claimFields(object, [["f:spec", "f:paused"], ["f:spec", "f:minReadySeconds"]]), [
    entry("dynamo-operator", { "f:spec": { "f:paused": {}, "f:minReadySeconds": {} } }),
  ]);
});

Deno.test("all fields of a former operator are claimed, except for the status", () => {
  const status = entry("manager", { "f:status": {} }, "status");
  const object = managed(entry("manager", OWN), status, entry("kubectl-edit", EDIT));
  const isFormer = (manager: string | undefined) => manager === "manager";
  assertEquals(claimEntries(object, isFormer), [
    entry("dynamo-operator", OWN),
    status,
    entry("kubectl-edit", EDIT),
  ]);
  assertEquals(claimEntries(managed(entry("kubectl-edit", EDIT)), isFormer), undefined);
});

Deno.test("the managers of a drifted field are found by its path", () => {
  const ports: FieldSet = {
    "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {} } } },
    "f:metadata": { "f:labels": { "f:example.com/team": {} } },
  };
  const object = managed(
    entry("dynamo-operator", ports),
    entry("kubectl", OWN, "scale"),
    entry("controller", { "f:spec": { "f:replicas": {} } }, "status"),
    entry("kubectl-edit", ports),
  );
  assertEquals(foreignManagers(object, "spec.replicas"), ["kubectl"]);
  assertEquals(foreignManagers(object, 'spec.ports[80,"TCP"].name'), ["kubectl-edit"]);
  assertEquals(foreignManagers(object, 'spec.ports[81,"TCP"].name'), []);
  assertEquals(foreignManagers(object, "metadata.labels.example.com/team"), ["kubectl-edit"]);
  assertEquals(foreignManagers(object, "metadata.labels.example.com/teams"), []);
});
