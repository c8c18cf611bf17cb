import type { MergeShape } from "./merge.ts";

// The fields that are not pointers in the Go types of the core API:
// https://github.com/kubernetes/api/blob/master/core/v1/types.go

/** core/v1 Container. */
export const containerShape: MergeShape = {
  scalars: [
    "name",
    "image",
    "workingDir",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "imagePullPolicy",
    "stdin",
    "stdinOnce",
    "tty",
  ],
  structs: { resources: { scalars: [], maps: ["limits", "requests"] } },
};

/** core/v1 PodSpec. */
export const podSpecShape: MergeShape = {
  scalars: [
    "restartPolicy",
    "dnsPolicy",
    "serviceAccountName",
    "serviceAccount",
    "nodeName",
    "hostNetwork",
    "hostPID",
    "hostIPC",
    "hostname",
    "subdomain",
    "schedulerName",
    "priorityClassName",
  ],
  maps: ["nodeSelector", "overhead"],
};
