// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import {
  annotationWarnings,
  checkMetadata,
  labelWarnings,
  validAnnotations,
  validLabels,
} from "./metadata_rules.ts";
import { PlanError } from "./problem.ts";

function fieldAtFault(spec: ComponentSpec): string {
  return assertThrows(() => checkMetadata(spec), PlanError).field;
}

Deno.test("labels and annotations that the API server accepts pass the check", () => {
  const labels = { team: "a", "example.com/Team_1": "", a: "x".repeat(63) };
  const annotations = { note: "any text\n", "a.b.example.com/x.y": "" };
  const extraPodMetadata = { labels, annotations };
  checkMetadata({ labels, annotations, extraPodMetadata });
  assertEquals([validLabels(labels), validAnnotations(annotations)], [labels, annotations]);
  checkMetadata({});
});

Deno.test("an invalid label value is refused with its path", () => {
  for (const value of ["two words", "-a", "a-", "x".repeat(64), "a/b"]) {
    assertEquals(fieldAtFault({ labels: { team: value } }), "labels[team]");
  }
  const labels = { team: "two words" };
  assertEquals(fieldAtFault({ extraPodMetadata: { labels } }), "extraPodMetadata.labels[team]");
});

Deno.test("an invalid key is refused with its path", () => {
  for (const key of ["", "/a", "a/", "a b", "UPPER.com/a", "a/b/c", "x".repeat(64)]) {
    assertEquals(fieldAtFault({ labels: { [key]: "v" } }), `labels[${key}]`);
    assertEquals(fieldAtFault({ annotations: { [key]: "v" } }), `annotations[${key}]`);
  }
  const annotations = { "a b": "" };
  assertEquals(
    fieldAtFault({ extraPodMetadata: { annotations } }),
    "extraPodMetadata.annotations[a b]",
  );
});

Deno.test("of several invalid keys the first by name is reported, whatever their order", () => {
  for (const keys of [["a b", "b c"], ["b c", "a b"]]) {
    const invalid = Object.fromEntries(keys.map((key) => [key, "v"]));
    assertEquals(fieldAtFault({ labels: invalid }), "labels[a b]");
    assertEquals(fieldAtFault({ annotations: invalid }), "annotations[a b]");
  }
});

Deno.test("invalid labels and annotations can be left out with a warning", () => {
  const labels = { team: "two words", "a b": "x", tier: "1" };
  assertEquals(validLabels(labels), { tier: "1" });
  assertEquals(labelWarnings("labels", labels).map(({ field }) => field), [
    "labels[a b]",
    "labels[team]",
  ]);
  const annotations = { "a b": "x", note: "two words" };
  assertEquals(validAnnotations(annotations), { note: "two words" });
  assertEquals(annotationWarnings("annotations", annotations), [{
    field: "annotations[a b]",
    message: 'is left out: "a b" is not a valid key: use a key such as team or example.com/team',
  }]);
});
