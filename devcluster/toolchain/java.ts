const NEEDED_JAVA = 17;

/**
 * Says why DynamoDB Local cannot be run or built here, or undefined when it can.
 *
 * @param needed Maven is needed only until it is built
 */
export async function javaProblem(needed: { maven: boolean }): Promise<string | undefined> {
  // The version goes to standard error.
  const java = await output("java", ["-version"]);
  if (java === undefined) return `no "java" on PATH; install JDK ${NEEDED_JAVA} or newer`;
  const version = javaVersion(java);
  if (version === undefined || version < NEEDED_JAVA) {
    return `Java is ${version ?? "of unknown version"}; install JDK ${NEEDED_JAVA} or newer`;
  }
  if (needed.maven && await output("mvn", ["--version"]) === undefined) {
    return 'no "mvn" on PATH; install Maven 3.8 or newer';
  }
  return undefined;
}

/** The major version in what `java -version` prints: 17 of `openjdk version "17.0.15" …`, 8 of `"1.8.0_402"`. */
export function javaVersion(text: string): number | undefined {
  const [, first = "", second = ""] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  return first === "" ? undefined : Number(first === "1" ? second : first);
}

async function output(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr, success } = await new Deno.Command(program, { args }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return success ? text(stdout) + text(stderr) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
