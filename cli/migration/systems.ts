// The four systems that this project replaces, by the letters that the command takes.
import { applicationArticle, terraformSample } from "./applications";
import { aksLab, storageReader } from "./managedIdentities";
import type { SystemKey } from "./request";
import type { System } from "./system";

export const SYSTEMS: Readonly<Record<SystemKey, System>> = {
  a: terraformSample,
  b: storageReader,
  c: aksLab,
  d: applicationArticle,
};
