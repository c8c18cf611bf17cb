import type { Image } from "../../../devcluster/node_agent/image.ts";
import { type DeletionReport, EXIT } from "../../../partition/report.ts";
import { report } from "../../../reconcile/partition/testing/report.ts";

const PROGRAM = new URL("./fake_deletion.ts", import.meta.url).pathname;

/** A fake image whose runs the test controls. All runs at one time behave alike. */
export interface FakeImage extends AsyncDisposable {
  image: Image;
  /** Sets the report of runs, during the run and at its end. */
  setReport(change: Partial<DeletionReport>): Promise<void>;
  /** Makes every run exit, including later ones, until {@link run} is called. */
  end(code: keyof typeof EXIT, change: Partial<DeletionReport>): Promise<void>;
  /** Makes runs continue until {@link end} is called. */
  run(): Promise<void>;
  /** Makes runs ignore SIGTERM, as during their last batch, until {@link end} is called. */
  ignoreSigterm(): Promise<void>;
  /** Returns the started pods with their arguments. */
  runs(): Promise<{ pod: string; args: string[] }[]>;
  /** Returns the number of requests for the progress of a run. */
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
