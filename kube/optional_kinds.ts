import type { KubeObject } from "./object.ts";
import { type Resource, resource } from "./resource.ts";

/** The resource of Grove's PodCliqueSets. It lacks a shape, because the operator only reads their metadata. */
export const podCliqueSets: Resource<KubeObject> = resource({
  group: "grove.io",
  version: "v1alpha1",
  kind: "PodCliqueSet",
  plural: "podcliquesets",
  namespaced: true,
});
