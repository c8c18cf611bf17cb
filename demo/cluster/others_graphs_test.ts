// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { stored } from "../testing/objects.ts";
import { describeGraphs, findGraphs } from "./others_graphs.ts";

const graph = (name: string) => stored("DynamoGraphDeployment", name);

/** A cluster that answers every list with this HTTP status. */
function refusing(status: number): Pick<Client, "list"> {
  const request = { verb: "list", method: "GET", path: "/" };
  const error = new ApiError({ status, reason: "", message: "no", request });
  return { list: () => Promise.reject(error) };
}

Deno.test("a cluster without graphs holds nothing that an operator would act on", () => {
  assertEquals(describeGraphs([]), undefined);
});

Deno.test("some graphs and components are named, all are counted", () => {
  const component = stored("DynamoComponentDeployment", "lone");
  assertEquals(
    describeGraphs([graph("a"), graph("b"), graph("c"), graph("d"), component]),
    "4 DynamoGraphDeployments (demo/a, demo/b, demo/c, …) and 1 DynamoComponentDeployment (demo/lone)",
  );
});

Deno.test("a cluster that does not serve the kinds has none of them", async () => {
  assertEquals(await findGraphs(refusing(404)), []);
});

Deno.test("a cluster that does not let its graphs be listed is not taken for an empty one", async () => {
  await assertRejects(() => findGraphs(refusing(403)), ApiError);
});
