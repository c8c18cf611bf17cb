import { objectMetaShape } from "./builtin_shapes.ts";
import type { KubeObject } from "./object.ts";
import { type Resource, resource } from "./resource.ts";
import type { Shape } from "./shape.ts";

/** An Istio VirtualService: routes from gateways to Services. The type contains only the fields that the operator uses. */
export interface VirtualService extends KubeObject {
  spec?: {
    hosts?: string[];
    /** Names of gateways, each as `NAMESPACE/NAME`, or as `NAME` in the namespace of the VirtualService. */
    gateways?: string[];
    http?: {
      match?: { uri?: { prefix?: string } }[];
      route?: { destination: { host: string; port?: { number?: number } } }[];
    }[];
  };
}

/** The resource of Grove's PodCliqueSets. It lacks a shape, because the operator only reads their metadata. */
export const podCliqueSets: Resource<KubeObject> = resource({
  group: "grove.io",
  version: "v1alpha1",
  kind: "PodCliqueSet",
  plural: "podcliquesets",
  namespaced: true,
});

/** In the CRD of Istio, all lists are atomic, and no field has a default. */
const virtualServiceShape: Shape = { fields: { metadata: objectMetaShape } };

/** The resource of Istio's VirtualServices: https://istio.io. The Go operator uses the same version. */
export const virtualServices: Resource<VirtualService> = resource(
  {
    group: "networking.istio.io",
    version: "v1beta1",
    kind: "VirtualService",
    plural: "virtualservices",
    namespaced: true,
  },
  new Map([["networking.istio.io/v1beta1/VirtualService", virtualServiceShape]]),
);
