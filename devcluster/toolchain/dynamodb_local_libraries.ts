import { createHash } from "node:crypto";
import { withFileLock } from "../file_lock.ts";
import { javaProblem } from "./java.ts";
import type { Progress } from "./progress.ts";

/** Pinned by modules/dynamodb-local/pom.xml. */
const POM = new URL("../modules/dynamodb-local/pom.xml", import.meta.url).pathname;
const MAIN_LIBRARY = /^DynamoDBLocal-.*\.jar$/;

export interface LibrariesOptions {
  /** Folder that outlives the checkout; created when absent. */
  cacheDirectory: string;
  progress: Progress;
}

/** Says why DynamoDB Local cannot be had on this machine, or undefined when it can; builds nothing. */
export async function dynamoDbLocalProblem(cacheDirectory: string): Promise<string | undefined> {
  return await javaProblem({ maven: !await isBuilt(await libraryFolder(cacheDirectory)) });
}

/**
 * Makes sure that DynamoDB Local and what it needs is in the cache, by Maven where it is not, and returns the folder.
 * Callers at the same time build once.
 *
 * @throws when Java or Maven is missing, or with the end of what Maven said
 */
export async function ensureDynamoDbLocal(
  { cacheDirectory, progress }: LibrariesOptions,
): Promise<string> {
  const folder = await libraryFolder(cacheDirectory);
  const problem = await dynamoDbLocalProblem(cacheDirectory);
  if (problem !== undefined) throw new Error(`Cannot run DynamoDB Local: ${problem}`);
  if (await isBuilt(folder)) return folder;
  await Deno.mkdir(cacheDirectory, { recursive: true });
  const waiting = (holder: string) =>
    progress.update("dynamodb", `Waiting for process ${holder}, which fetches DynamoDB Local`);
  await withFileLock(`${cacheDirectory}/dynamodb-local.lock`, waiting, async () => {
    if (await isBuilt(folder)) return;
    progress.note(`Fetching DynamoDB Local into ${folder}, once; this takes about a minute`);
    // Renamed into place when it is whole, so that a broken-off build is never taken for one.
    const scratch = await Deno.makeTempDir({ dir: cacheDirectory, prefix: "fetching-" });
    try {
      await copyDependencies(scratch);
      await Deno.rename(scratch, folder);
    } catch (error) {
      await Deno.remove(scratch, { recursive: true });
      throw error;
    }
  });
  return folder;
}

async function libraryFolder(cacheDirectory: string): Promise<string> {
  const hash = createHash("sha256").update(await Deno.readTextFile(POM)).digest("hex");
  return `${cacheDirectory}/dynamodb-local-${hash.slice(0, 12)}`;
}

async function isBuilt(folder: string): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(folder)) if (MAIN_LIBRARY.test(name)) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

async function copyDependencies(folder: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command("mvn", {
    args: [
      ...["--batch-mode", "--quiet", "--file", POM, "dependency:copy-dependencies"],
      ...["-DincludeScope=runtime", `-DoutputDirectory=${folder}`],
    ],
  }).output();
  if (success && await isBuilt(folder)) return;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot fetch DynamoDB Local; the end of what Maven said:\n${said.slice(-2000)}`);
}
