import type { GoObject } from "../support/go_operator.ts";

/** A manifest, and the objects that the Go operator created for it. */
export interface RecordedCase {
  /** Name of the file with the manifest. */
  sample: string;
  namespace: string;
  /** All objects in the namespace, without UIDs. */
  objects: GoObject[];
  /** The manifest, with the changes that compare.py makes before it creates the objects. */
  manifest: string;
}

/** Returns the recorded cases of an environment in the folder of compare.py. */
export async function recordedCases(
  folder: string,
  environment: string,
): Promise<RecordedCase[]> {
  const expected = `${folder}/expected/${environment}`;
  const files = [...Deno.readDirSync(expected)].map(({ name }) => name).sort();
  return await Promise.all(files.map(async (file) => {
    const recorded = JSON.parse(await Deno.readTextFile(`${expected}/${file}`));
    const text = await Deno.readTextFile(`${folder}/cases/${recorded.sample}`);
    const manifest = text.replace(/^(\s+)namespace:.*$/gm, "").replaceAll("${", "{");
    return { ...recorded, manifest };
  }));
}
