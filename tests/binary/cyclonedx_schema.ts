import { type Schema, Validator } from "@cfworker/json-schema";
import { mustDeno } from "../../tools/compile/deno.ts";

const PACKAGE = "@cyclonedx/cyclonedx-library";
const ROOT = new URL("../../", import.meta.url).pathname;

/** The published schema of CycloneDX 1.6, as the library that we write with carries it. */
export async function cycloneDxValidator(): Promise<Validator> {
  const entry = `${ROOT}tools/compile/sbom.ts`;
  const text = await mustDeno("find the schema", ["info", "--json", entry]);
  const { npmPackages } = JSON.parse(text) as {
    npmPackages: Record<string, { name: string; localPath: string }>;
  };
  const folder = Object.values(npmPackages).find(({ name }) => name === PACKAGE)?.localPath;
  const schema = async (name: string): Promise<Schema> =>
    JSON.parse(await Deno.readTextFile(`${folder}/res/schema/${name}.SNAPSHOT.schema.json`));
  const validator = new Validator(await schema("bom-1.6"), "7", false);
  for (const part of ["spdx", "jsf-0.82"]) validator.addSchema(await schema(part));
  return validator;
}
