// The right programs in which mistakes are planted: this project's own in four configurations, and others in the common public style.
import { join } from "node:path";
import type { Plant } from "./plant";
import { ACCESS_POLICIES } from "./plants/accessPolicies";
import { BATCH } from "./plants/batch";
import { CLASSES } from "./plants/classes";
import { ENTRA_APP } from "./plants/entraApp";
import { ESM } from "./plants/esm";
import { FLEET } from "./plants/fleet";
import { MANIFESTS } from "./plants/manifests";
import { MINIMAL } from "./plants/minimal";
import { OWN_APPLICATION, OWN_DEV, OWN_PROD, OWN_STORAGE } from "./plants/own";
import { STACKS } from "./plants/stacks";
import { STRING_IDS } from "./plants/stringIds";
import { ROOT } from "./programCopy";

export interface Program {
  readonly name: string;
  /** What is particular about it. */
  readonly what: string;
  /** Whether it is this project's own. */
  readonly own: boolean;
  /** What is copied: a folder relative to the repository, "." for this project's own. */
  readonly folder: string;
  /** Folder of Pulumi.yaml in it. */
  readonly start: string;
  /** Stacks that it reads, by their names there, with the folder of their Pulumi.yaml in what is copied. */
  readonly before: readonly { readonly name: string; readonly start: string }[];
  /** Whose compiler options count, relative to the repository. */
  readonly tsconfig: string;
  readonly stack: string;
  /** Config, as for `--set`. */
  readonly set: readonly string[];
  /** The command that stands in for its images; undefined: the rehearsal's probe does. */
  readonly app: string | undefined;
  readonly plants: readonly Plant[];
}

const PUBLIC = join("tests", "programs", "public");
/** The same in all of them, so that the compiler reads the providers' types once. */
const TEMPLATE = join(PUBLIC, "minimal", "tsconfig.json");

function inPublicStyle(name: string, what: string, plants: readonly Plant[]): Program {
  const folder = join(PUBLIC, name);
  return {
    name,
    what,
    own: false,
    folder,
    start: ".",
    before: [],
    tsconfig: TEMPLATE,
    stack: "dev",
    set: [],
    app: undefined,
    plants,
  };
}

const OWN_IMAGE = ["imageBuilder=prebuilt", `image=registry.example/app@sha256:${"0".repeat(64)}`];
const OWN_APP = `exec "${process.execPath}" "${join(ROOT, "app", "dist", "server.js")}"`;

/** With the image given and the built application in its place: what builds it is no link of the chain, and takes longest. */
function own(name: string, what: string, stack: string, set: readonly string[], plants: readonly Plant[]): Program {
  return {
    name,
    what,
    own: true,
    folder: ".",
    start: ".",
    before: [],
    tsconfig: "tsconfig.json",
    stack,
    set: [...OWN_IMAGE, ...set],
    app: OWN_APP,
    plants,
  };
}

export const PROGRAMS: readonly Program[] = [
  own("own-dev", "this project, stack dev", "dev", [], OWN_DEV),
  own("own-prod", "this project, stack prod", "prod", [], OWN_PROD),
  own(
    "own-application",
    "this project with an application of Microsoft Entra ID",
    "dev",
    ["identityKind=application"],
    OWN_APPLICATION,
  ),
  own(
    "own-storage",
    "this project with blobs and the list of roles",
    "dev",
    ["storage.enabled=true", "roleList=true"],
    OWN_STORAGE,
  ),
  inPublicStyle("minimal", "one file, the root of azure-native, a subject from text", MINIMAL),
  inPublicStyle("esm", "an ES module, top-level await, an identity that a pipeline uses too", ESM),
  inPublicStyle("fleet", "two clusters and two identities in loops", FLEET),
  inPublicStyle("manifests", "the Kubernetes side in YAML", MANIFESTS),
  inPublicStyle("batch", "jobs, init containers and sidecars", BATCH),
  inPublicStyle("entra-app", "an application with federated credentials", ENTRA_APP),
  inPublicStyle("access-policies", "a vault with access policies", ACCESS_POLICIES),
  inPublicStyle("string-ids", "ids from text, a role of its own", STRING_IDS),
  {
    ...inPublicStyle("stacks", "two stacks: what one reads of the other", STACKS),
    start: "workload",
    before: [{ name: "platform/dev", start: "platform" }],
  },
  inPublicStyle("classes", "classes of its own, an older version of the API", CLASSES),
];
