import type { MergeShape } from "./merge.ts";

// The fields that are not pointers in the Go types of the core API:
// https://github.com/kubernetes/api/blob/master/core/v1/types.go

/** core/v1 Container. */
export const containerShape: MergeShape = {
  scalars: words(
    "name image workingDir terminationMessagePath terminationMessagePolicy imagePullPolicy",
    "stdin stdinOnce tty",
  ),
  structs: { resources: { scalars: [], maps: ["limits", "requests"] } },
};

/** core/v1 PodSpec. */
export const podSpecShape: MergeShape = {
  scalars: words(
    "restartPolicy dnsPolicy serviceAccountName serviceAccount nodeName schedulerName",
    "priorityClassName hostNetwork hostPID hostIPC hostname subdomain",
  ),
  maps: ["nodeSelector", "overhead"],
};

function words(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
