import type { Image } from "../../../devcluster/node_agent/image.ts";
import { type DeletionReport, EXIT } from "../../../partition/report.ts";
import { report } from "../../../reconcile/partition/testing/report.ts";

const PROGRAM = new URL("./fake_deletion.ts", import.meta.url).pathname;

/** A fake image of delete-partition. Each method affects all pods that run the image. */
export interface FakeImage extends AsyncDisposable {
  image: Image;
  /** Changes the report that pods serve as their progress and write as their termination message. */
  setReport(change: Partial<DeletionReport>): Promise<void>;
  /** Makes all current and later pods exit with this code and report, until {@link run} is called. */
  end(code: keyof typeof EXIT, change: Partial<DeletionReport>): Promise<void>;
  /** Makes new pods run until {@link end} is called. */
  run(): Promise<void>;
  /** Makes pods ignore SIGTERM, as during a long request, until {@link end} is called. */
  ignoreSigterm(): Promise<void>;
  /** Returns all pods that have started, with the arguments of the program in each pod. */
  runs(): Promise<{ pod: string; args: string[] }[]>;
  /** Returns the total number of progress requests that the pods have received. */
  progressRequests(): Promise<number>;
}

export async function fakeImage(): Promise<FakeImage> {
  const folder = await Deno.makeTempDir();
  const setReport = (change: Partial<DeletionReport>) =>
    Deno.writeTextFile(`${folder}/report`, JSON.stringify(report(change)));
  for (const file of ["runs", "progress-requests"]) {
    await Deno.writeTextFile(`${folder}/${file}`, "");
  }
  await setReport({});
  return {
    image: {
      entrypoint: [Deno.execPath(), "run", "-A", "--no-config", "--no-check", PROGRAM, folder],
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "" },
    },
    setReport,
    async end(code, change) {
      await setReport({ phase: "Ended", ...change });
      await Deno.writeTextFile(`${folder}/exit`, String(EXIT[code]));
    },
    ignoreSigterm: () => Deno.writeTextFile(`${folder}/ignore-sigterm`, "yes"),
    async run() {
      await Deno.writeTextFile(`${folder}/ignore-sigterm`, "");
      await Deno.writeTextFile(`${folder}/exit`, "");
    },
    async runs() {
      const lines = (await Deno.readTextFile(`${folder}/runs`)).split("\n");
      return lines.filter((line) => line !== "").map((line) => {
        const at = line.indexOf(" ");
        return { pod: line.slice(0, at), args: JSON.parse(line.slice(at)) };
      });
    },
    progressRequests: async () => (await Deno.readTextFile(`${folder}/progress-requests`)).length,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
