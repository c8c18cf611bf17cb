/** The fields of a pod that the node agent uses. */
export interface NodePod {
  metadata: {
    name: string;
    namespace: string;
    uid: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
  };
  spec: {
    containers: NodeContainer[];
    volumes?: { name: string; emptyDir?: unknown }[];
    serviceAccountName?: string;
    nodeName?: string;
  };
  status?: { phase?: string };
}

export interface NodeContainer {
  name: string;
  image: string;
  command?: string[];
  args?: string[];
  env?: {
    name: string;
    value?: string;
    valueFrom?: {
      fieldRef?: { fieldPath: string };
      secretKeyRef?: { name: string; key: string; optional?: boolean };
    };
  }[];
  envFrom?: { prefix?: string; secretRef?: { name: string; optional?: boolean } }[];
  terminationMessagePath?: string;
  volumeMounts?: { name: string; mountPath: string }[];
}

export function podPath({ metadata: { namespace, name } }: NodePod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}
