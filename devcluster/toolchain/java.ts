const NEEDED_JAVA = 17;

/**
 * Returns the reason why this machine cannot run or download DynamoDB Local; undefined if it can.
 *
 * @param needed `maven` is true if Maven must download DynamoDB Local because it is not cached
 */
export async function javaProblem(needed: { maven: boolean }): Promise<string | undefined> {
  const java = await outputOf("java", ["-version"]);
  if (java === undefined) return `"java" is not on PATH; install JDK ${NEEDED_JAVA} or newer`;
  const version = javaVersion(java);
  if (version === undefined || version < NEEDED_JAVA) {
    return `Java is ${version ?? "of unknown version"}; install JDK ${NEEDED_JAVA} or newer`;
  }
  if (needed.maven && await outputOf("mvn", ["--version"]) === undefined) {
    return '"mvn" is not on PATH; install Maven 3.8 or newer';
  }
  return undefined;
}

/** Returns the major version from `java -version`: 17 for `version "17.0.15"`, 8 for `version "1.8.0_402"`. */
export function javaVersion(text: string): number | undefined {
  const [, first = "", second = ""] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return first === "" ? undefined : Number(first === "1" ? second : first);
}

/** Returns standard output and standard error of a program; undefined if the program is missing or fails. */
async function outputOf(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr, success } = await new Deno.Command(program, { args }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return success ? text(stdout) + text(stderr) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
