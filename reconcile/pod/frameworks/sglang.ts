import type { FrameworkDefaults } from "./framework.ts";
import { acceptsFlags, injectFlags } from "./inject_flags.ts";
import { withoutProbes } from "./multinode_container.ts";

/** Port on which the leader of an SGLang replica accepts connections from the other nodes. */
const DIST_INIT_PORT = 29_500;

/** SGLang: every node runs the same program with its own rank. The nodes connect to the leader. */
export const sglang: FrameworkDefaults = {
  multinode(container, { service, nodes }) {
    const isLeader = service.role === "leader";
    const flags = (leaderHost: string, rank: string) => [
      ...["--dist-init-addr", `${leaderHost}:${DIST_INIT_PORT}`],
      ...["--nnodes", `${service.nodes}`],
      ...["--node-rank", rank],
    ];
    const changed = injectFlags(container, {
      framework: "sglang",
      inShell: flags(nodes.leaderHost(service), isLeader ? "0" : nodes.workerRank),
      ...(isLeader && { withoutShell: flags(nodes.leaderHostWithoutShell(service), "0") }),
    });
    return { container: isLeader ? changed : withoutProbes(changed) };
  },
  multinodeWarning(_spec, container) {
    if (acceptsFlags(container, "sglang")) return undefined;
    return {
      field: "extraPodSpec.mainContainer.args",
      message:
        "each node runs an independent copy of SGLang, because the operator can add --dist-init-addr, " +
        "--nnodes and --node-rank only to a command that starts SGLang with Python: use the command " +
        "python3 -m dynamo.sglang",
    };
  },
};
