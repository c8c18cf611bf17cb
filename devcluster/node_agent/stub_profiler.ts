/**
 * Program that replaces the profiler in tests. It writes the same files as the profiler, but measures nothing.
 *
 *     stub_profiler.ts CONTROL --profile-config CONFIG [--enable-gpu-discovery]
 *
 * While the file CONTROL contains `hold`, the program waits. If the file contains `fail`, the program exits with an
 * error and writes no files. If the file contains `invalid`, the program writes an invalid graph.
 */
const POLL_MS = 100;

const [control = "", ...args] = Deno.args;
const config = args[args.indexOf("--profile-config") + 1] ?? "";

/** Returns the value after the first occurrence of a key in the YAML configuration. Supports only unquoted strings. */
function valueOf(key: string): string {
  return new RegExp(`^ *${key}: (.+)$`, "m").exec(config)?.[1] ?? "";
}

const image = valueOf("dgd_image") || "workers:stub";
const model = valueOf("model");

function manifests(worker: string, replicas: number): string {
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "planner-profile-data" },
      data: { "prefill_raw_data.json": '{"prefill_isl":[3000],"prefill_ttft":[180.5]}' },
    },
    {
      apiVersion: "nvidia.com/v1alpha1",
      kind: "DynamoGraphDeployment",
      metadata: { name: `profiled-${valueOf("backend")}` },
      spec: {
        services: {
          Frontend: {
            componentType: "frontend",
            replicas: 1,
            extraPodSpec: { mainContainer: { image } },
          },
          Worker: {
            componentType: "worker",
            replicas,
            extraPodSpec: {
              mainContainer: {
                image,
                command: ["python3", "-m", worker],
                args: ["--model", model],
              },
            },
          },
        },
      },
    },
  ].map((manifest) => JSON.stringify(manifest, undefined, 2)).join("\n---\n") + "\n";
}

async function mode(): Promise<string> {
  return (await Deno.readTextFile(control)).trim();
}

while (await mode() === "hold") await new Promise((resolve) => setTimeout(resolve, POLL_MS));
const chosen = await mode();
console.log(`Profiling ${model} with ${args.slice(2).join(" ") || "no flags"}: ${chosen || "ok"}`);
if (chosen === "fail") {
  console.error("ValueError: no GPU");
  Deno.exit(1);
}
const folder = valueOf("output_dir");
const replicas = chosen === "invalid" ? -1 : 1;
await Deno.writeTextFile(
  `${folder}/config_with_planner.yaml`,
  manifests(`dynamo.${valueOf("backend")}`, replicas),
);
await Deno.writeTextFile(
  `${folder}/mocker_config_with_planner.yaml`,
  manifests("dynamo.mocker", replicas),
);
