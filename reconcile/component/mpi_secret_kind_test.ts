// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type Secret, secrets } from "../../kube/builtin.ts";
import { emptyLookup } from "../engine/lookup.ts";
import { graphComponent } from "../testing/components.ts";
import { componentIndexes } from "./children.ts";
import { BY_MPI_SECRET, mpiSecretKind } from "./mpi_secret_kind.ts";

Deno.test("an MPI Secret affects the parents of its namespace, the source Secret all parents that mount it", () => {
  const trtllm = { backendFramework: "trtllm", multinode: { nodeCount: 2 } } as const;
  const components = [
    graphComponent(trtllm, { name: "a", namespace: "team" }),
    graphComponent(trtllm, { name: "b", namespace: "other" }),
    graphComponent({}, { name: "c", namespace: "team" }),
  ];
  const valuesOf = componentIndexes[BY_MPI_SECRET];
  const lookup = {
    ...emptyLookup(),
    byIndex: (_index: string, value: string) =>
      components.filter((component) => valuesOf(component).includes(value)),
  };
  const kind = mpiSecretKind({ mpiSecret: { name: "mpi", namespace: "source" } });
  const affected = (namespace: string) => [...kind.keys(secret(namespace), lookup)].sort();

  assertEquals(affected("team"), ["team/a"]);
  assertEquals(affected("source"), ["other/b", "team/a"]);
  assertEquals(affected("third"), []);
});

function secret(namespace: string): Secret {
  const { apiVersion, kind } = secrets;
  return { apiVersion, kind, metadata: { name: "mpi", namespace } };
}
