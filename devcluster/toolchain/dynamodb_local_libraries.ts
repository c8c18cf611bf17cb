import { createHash } from "node:crypto";
import { withFileLock } from "../file_lock.ts";
import { undefinedIfNotFound } from "../not_found.ts";
import { javaProblem } from "./java.ts";
import type { Progress } from "./progress.ts";

/** Path of the Maven file that pins the version of DynamoDB Local. */
const POM = new URL("../modules/dynamodb-local/pom.xml", import.meta.url).pathname;
const MAIN_LIBRARY = /^DynamoDBLocal-.*\.jar$/;

/** Returns the reason why DynamoDB Local cannot run on this machine; undefined if it can run. Downloads nothing. */
export async function dynamoDbLocalProblem(cacheDirectory: string): Promise<string | undefined> {
  return await javaProblem({ maven: !await isComplete(await libraryFolder(cacheDirectory)) });
}

/**
 * Returns the folder with the libraries of DynamoDB Local. Downloads them with Maven if they are not cached. Concurrent
 * calls, even in other processes, download them only once.
 *
 * @throws if Java or Maven is missing, or if the download fails; the error then contains the last messages of Maven
 */
export async function ensureDynamoDbLocal(
  cacheDirectory: string,
  progress: Progress,
): Promise<string> {
  const folder = await libraryFolder(cacheDirectory);
  const problem = await dynamoDbLocalProblem(cacheDirectory);
  if (problem !== undefined) throw new Error(`Cannot run DynamoDB Local: ${problem}`);
  if (await isComplete(folder)) return folder;
  await Deno.mkdir(cacheDirectory, { recursive: true });
  const onWait = (holderPid: string) =>
    progress.update("dynamodb", `Waiting for process ${holderPid}, which downloads DynamoDB Local`);
  await withFileLock(`${cacheDirectory}/dynamodb-local.lock`, onWait, async () => {
    if (await isComplete(folder)) return;
    progress.note(`Downloading DynamoDB Local into ${folder}, once; this takes about a minute`);
    // The folder gets its final name when it is complete, so that an interrupted download is never used.
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

async function isComplete(folder: string): Promise<boolean> {
  const files = await undefinedIfNotFound(Array.fromAsync(Deno.readDir(folder))) ?? [];
  return files.some(({ name }) => MAIN_LIBRARY.test(name));
}

async function copyDependencies(folder: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command("mvn", {
    args: [
      ...["--batch-mode", "--quiet", "--file", POM, "dependency:copy-dependencies"],
      ...["-DincludeScope=runtime", `-DoutputDirectory=${folder}`],
    ],
  }).output();
  if (success && await isComplete(folder)) return;
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot download DynamoDB Local; last messages of Maven:\n${text.slice(-2000)}`);
}
