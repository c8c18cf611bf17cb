// @ts-types="../../types/std/yaml.d.ts"
import { parseAll, stringify } from "@std/yaml";
import type { KubeObject } from "../../kube/object.ts";
import { helm } from "./helm.ts";

export type Values = Record<string, unknown>;

export interface RenderOptions {
  values?: Values;
  namespace?: string;
  release?: string;
  args?: string[];
}

/** Returns the objects that the chart `platform` renders for these values, without a cluster. */
export async function render(options: RenderOptions = {}): Promise<KubeObject[]> {
  const { namespace = "dynamo-system", release = "dynamo-platform", args = [] } = options;
  return await withValues(options.values ?? {}, async (file) => {
    const text = await helm([
      ...["template", release, "./platform/", "--namespace", namespace],
      ...["--values", file, "--kube-version", "1.35.4", ...args],
    ]);
    return objectsIn(text);
  });
}

/** Converts values of the subchart dynamo-operator into values of the platform chart. */
export function operatorValues(values: Values): Values {
  return { "dynamo-operator": values };
}

/** Calls `body` with the path of a temporary file that contains these values. */
export async function withValues<T>(
  values: Values,
  body: (file: string) => Promise<T>,
): Promise<T> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, stringify(values));
    return await body(file);
  } finally {
    await Deno.remove(file);
  }
}

/** Returns the objects of a stream of YAML documents. */
export function objectsIn(text: string): KubeObject[] {
  return parseAll(text).filter((document) => document !== null) as KubeObject[];
}

/** Returns the object with this kind and, if given, this name. Throws unless exactly one object matches. */
export function only<T extends KubeObject>(
  objects: readonly KubeObject[],
  kind: string,
  name?: string,
): T {
  const found = objects.filter((object) =>
    object.kind === kind && (name === undefined || object.metadata.name === name)
  );
  const [first] = found;
  if (first && found.length === 1) return first as T;
  throw new Error(`Expected one ${kind} ${name ?? ""}, found ${found.length}`);
}
