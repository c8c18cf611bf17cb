// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { findAddons } from "../../devcluster/addons.ts";
import { dynamoDb } from "../../devcluster/addons/dynamodb.ts";
import { answers } from "../../devcluster/dynamodb_local.ts";
import { noDynamoDb as ignore } from "../support/dynamodb.ts";
import { eventually } from "../support/eventually.ts";

Deno.test(
  "DynamoDB Local of a control plane starts once, and stops when the folder of the control plane is deleted",
  {
    ignore,
  },
  async () => {
    assertEquals(findAddons(["dynamodb"]), [dynamoDb]);
    const folder = await Deno.makeTempDir();
    const kubeconfig = `${folder}/admin.kubeconfig`;
    await Deno.mkdir(`${folder}/logs`);
    await Deno.writeTextFile(kubeconfig, "");
    const endpoint = async () =>
      JSON.parse(await Deno.readTextFile(`${folder}/dynamodb.json`)).endpoint;
    await dynamoDb({ folder, kubeconfig });
    const first = await endpoint();
    assert(await answers(first));
    await dynamoDb({ folder, kubeconfig });
    assertEquals(await endpoint(), first);
    await Deno.remove(folder, { recursive: true });
    await eventually(async () => assert(!await answers(first)));
  },
);
