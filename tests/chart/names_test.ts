// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { readRunOptions } from "../../commands/run/options.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { operatorFlags } from "./operator_flags.ts";
import { only, operatorValues, render, type RenderOptions, type Values } from "./render.ts";
import { valueCases } from "./value_cases.ts";

/** Pairs of release name and namespace that YAML parses as numbers, booleans or null unless they are quoted. */
const ODD_NAMES = [["123", "456"], ["1e3", "0x1f"], ["true", "null"]] as const;

/** TEXT matches fields that must contain a string. TEXTS matches fields that must contain a map or list of strings. */
const TEXT = /^(name|namespace|serviceAccountName|image|interval)$/;
const TEXTS = /^(labels|matchLabels|annotations|nodeSelector|matchNames|resourceNames|args)$/;

for (const [release, namespace] of ODD_NAMES) {
  Deno.test(`release "${release}" in namespace "${namespace}" is quoted in every object, for all values`, async () => {
    for (const { states, values } of valueCases()) {
      const objects = await render({ release, namespace, values: operatorValues(values) });
      assertEquals(notText(objects), [], `states ${states.join(" ")}`);
    }
  });
}

Deno.test("names in the values may be numbers, or strings that look like numbers", async () => {
  for (const values of [{ nameOverride: 123, fullnameOverride: 456 }, { nameOverride: "123" }]) {
    const restricted = { namespaceRestriction: { enabled: true, targetNamespace: 789 } };
    const objects = await render({ values: operatorValues({ ...values, ...restricted }) });
    assertEquals(notText(objects), []);
    const flags = operatorFlags(only<Deployment>(objects, "Deployment"));
    assertEquals(flags.includes("--restrictedNamespace=789"), true);
  }
});

Deno.test("an image tag that is a number keeps its notation and becomes the version", async () => {
  const image = "dynamo-operator.controllerManager.manager.image";
  const given: RenderOptions[] = [
    { values: operatorValues({ controllerManager: { manager: { image: { tag: 20240101 } } } }) },
    { args: ["--set", `${image}.tag=20240101`] },
    { args: ["--set-string", `${image}.tag=20240101`] },
  ];
  for (const options of given) {
    const deployment = only<Deployment>(await render(options), "Deployment");
    const [container] = deployment.spec?.template.spec?.containers ?? [];
    assertEquals(container?.image, "dynamo-operator:20240101");
    const flags = operatorFlags(deployment);
    const { coordination, partition } = readRunOptions(flags);
    assertEquals(partition.image, "dynamo-operator:20240101");
    assertEquals(coordination.mode.scope, "cluster");
    assertEquals(flags.includes("--operator-version=20240101"), true);
  }
});

Deno.test("a release name with dots, digits or 53 characters results in valid object names", async () => {
  for (const release of ["my.release", "123", "1".repeat(53), "a.b".repeat(17)]) {
    const objects = await render({ release });
    const service = only(objects, "Service").metadata.name;
    assert(/^[a-z][-a-z0-9]{0,61}[a-z0-9]$/.test(service), service);
    const deployment = only(objects, "Deployment").metadata.name;
    assert(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/.test(deployment), deployment);
  }
});

/** Returns the path and value of each field that must contain a string but contains a value of another type. */
function notText(value: unknown, path = "", texts = false): string[] {
  if (typeof value !== "object" || value === null) {
    const must = texts || TEXT.test(path.split(".").at(-1) ?? "");
    return must && typeof value !== "string" ? [`${path}: ${value}`] : [];
  }
  return Object.entries(value as Values).flatMap(([key, child]) =>
    notText(child, `${path}.${key}`, TEXTS.test(key) || (texts && Array.isArray(value)))
  );
}
