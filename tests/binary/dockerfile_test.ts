// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Copy, DockerfileParser, type Entrypoint, type From } from "dockerfile-ast";
import { validate } from "dockerfile-utils";
import { VERSION } from "../../commands/cli/version.ts";
import { MEMORY_ENV } from "../../process/memory.ts";
import { TARGETS } from "../../tools/compile/targets.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OPERATOR_CHART = `${ROOT}chart/platform/charts/dynamo-operator`;

const text = await Deno.readTextFile(`${ROOT}Dockerfile`);
const instructions = DockerfileParser.parse(text).getInstructions();
const second = instructions.findLastIndex((one) => one.getKeyword() === "FROM");
const [build, image] = [instructions.slice(0, second), instructions.slice(second)];

function argumentsOf(stage: typeof instructions, keyword: string): string[] {
  return stage.filter((one) => one.getKeyword() === keyword)
    .map((one) => one.getArgumentsContent() ?? "");
}

function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (values.length !== 1 || value === undefined) {
    throw new Error(`Expected one value, found ${values.length}`);
  }
  return value;
}

Deno.test("the Dockerfile passes the linter", () => {
  assertEquals(validate(text), []);
});

Deno.test("both build stages use a base image with a fixed version, and with a digest if a build argument sets it", () => {
  const args = argumentsOf(build, "ARG");
  assert(args.includes(`DENO_VERSION=${Deno.version.deno}`), args.join());
  const froms = instructions.filter((one) => one.getKeyword() === "FROM") as From[];
  assertEquals(froms.map((from) => [from.getImage(), from.getBuildStage()]), [
    ["denoland/deno:${DENO_VERSION}${DENO_DIGEST:+@${DENO_DIGEST}}", "build"],
    ["gcr.io/distroless/cc-debian12:nonroot${BASE_DIGEST:+@${BASE_DIGEST}}", null],
  ]);
  for (const digest of ["DENO_DIGEST", "BASE_DIGEST"]) assert(args.includes(digest), digest);
});

Deno.test("the image contains only the binary and its SBOM, and a base without a shell", () => {
  const keywords = new Set(image.map((one) => one.getKeyword()));
  assertEquals([...keywords], ["FROM", "LABEL", "ENV", "COPY", "USER", "EXPOSE", "ENTRYPOINT"]);
  const copies = image.filter((one) => one.getKeyword() === "COPY") as Copy[];
  assertEquals(copies.map((copy) => copy.getFlags().map(String)), [["--from=build"], [
    "--from=build",
  ]]);
  const targets = argumentsOf(image, "COPY").map((copied) => copied.split(" ").at(-1));
  const entrypoint = only(image.filter((one) => one.getKeyword() === "ENTRYPOINT")) as Entrypoint;
  const program = entrypoint.getJSONStrings().map((part) => part.getJSONValue());
  assertEquals(targets, [program[0], "/usr/share/sbom/dynamo-operator.cdx.json"]);
  assertEquals(program.length, 1, "the arguments come from the chart");
});

Deno.test("the image is built for the requested platform", () => {
  const run = only(argumentsOf(build, "RUN"));
  const targets = [...run.matchAll(/target=(\S+)/g)].map(([, target]) => target);
  assertEquals(targets, Object.keys(TARGETS));
  assert(argumentsOf(build, "ARG").includes("TARGETARCH"));
  assertEquals(argumentsOf(build, "COPY"), [". ."]);
});

Deno.test("user, ports, version and memory settings of the image match the chart", async () => {
  assertMatch(only(argumentsOf(image, "USER")), /^[1-9]\d*:[1-9]\d*$/);
  const pod = await Deno.readTextFile(`${OPERATOR_CHART}/templates/deployment.yaml`);
  assertStringIncludes(pod, "runAsNonRoot: true");
  assertEquals(/runAsUser|\bcommand:/.test(pod), false, "user and program come from the image");
  const ports = [...pod.matchAll(/containerPort: (\d+)/g)].map(([, port]) => port);
  assertEquals(only(argumentsOf(image, "EXPOSE")).split(" "), ports);
  const labels = only(argumentsOf(image, "LABEL"));
  assertStringIncludes(labels, `org.opencontainers.image.version="${VERSION}"`);
  const chart = await Deno.readTextFile(`${OPERATOR_CHART}/Chart.yaml`);
  assertMatch(chart, new RegExp(`^appVersion: "?${VERSION}"?$`, "m"));
  const env = only(argumentsOf(image, "ENV")).split(/[\s\\]+/);
  assertEquals(env, Object.entries(MEMORY_ENV).map(([name, value]) => `${name}=${value}`));
});
