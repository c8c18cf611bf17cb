import type { FrameworkDefaults } from "./framework.ts";
import { injectFlags } from "./inject_flags.ts";
import { withoutProbes } from "./multinode_container.ts";

/** Port on which the leader of an SGLang replica connects the nodes. */
const DIST_INIT_PORT = 29_500;

/** SGLang: every node runs the same program with its rank. The nodes connect to the leader. */
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
};
