// Which mistakes are behind a code, the most frequent first; by number of public threads, not by a statistic.
import { ENTRY_IDS, type EntryId, entryOf } from "../catalogue";
import type { Code } from "../codes";
import type { Presented } from "./presented";

/** Entries that other codes lead to as well, or whose order matters. What stands nowhere here follows in the order of its id. */
const ORDER: Readonly<Partial<Record<Code, readonly EntryId[]>>> = {
  AADSTS70021: ["WI001", "WI003", "WI008", "WI012", "WI100", "WI004", "WI002", "WI073", "WI074"],
  AADSTS700211: ["WI001", "WI008", "WI073", "WI072", "WI012", "WI100"],
  AADSTS700212: ["WI002", "WI110"],
  AADSTS700213: ["WI003", "WI012", "WI100", "WI102", "WI074"],
  AADSTS7002137: ["WI003", "WI102"],
  AADSTS7002138: ["WI004", "WI102"],
  AADSTS70025: ["WI005", "WI012", "WI100"],
  AADSTS700016: ["WI011", "WI016", "WI013"],
  AADSTS90002: ["WI013"],
  AADSTS700024: ["WI105", "WI117"],
  AADSTS50166: ["WI103", "WI190", "WI191", "WI008"],
  AADSTS501661: ["WI103", "WI190", "WI191", "WI008"],
  AADSTS90061: ["WI103", "WI190", "WI191", "WI008"],
  AADSTS50013: ["WI112"],
  AADSTS50027: ["WI106"],
  AADSTS50005: ["WI104"],
  AADSTS700236: ["WI107", "WI072"],
  ForbiddenByRbac: ["WI020", "WI101", "WI021", "WI022", "WI023", "WI109"],
  AuthorizationPermissionMismatch: ["WI040", "WI101", "WI041", "WI042", "WI023"],
  AuthorizationFailed: ["WI050", "WI101"],
  PodNotMutated: ["WI006", "WI193", "WI007", "WI015", "WI192"],
  ClientIdNotInjected: ["WI010", "WI017", "WI075", "WI076", "WI193"],
  NodeIdentityUsed: ["WI109", "WI006", "WI193", "WI007"],
  ServiceUnavailable: ["WI118"],
  ImagePullFailed: ["WI030", "WI152"],
  AADSTS700222: ["WI107", "WI072"],
  ImagePullUnauthorized: ["WI152", "WI080"],
  PrincipalNotFound: ["WI078", "WI023"],
  FederatedCredentialIncomplete: ["WI132", "WI008", "WI070"],
  CreateContainerConfigError: ["WI055", "WI038", "WI035"],
};

/** Subjects of pipelines, of GitHub, GitLab, Azure DevOps, Terraform Cloud, Pulumi and others: those of pods all begin alike. */
const PIPELINE = /^(?!system:serviceaccount:)[^:/]*[:/]/i;

export function isPipeline({ subject = "" }: Presented): boolean {
  return PIPELINE.test(subject);
}

/** The issuer that a cluster gives while its own is off, or gave to pods that are older than the switch. */
const INSIDE_CLUSTER = /^https:\/\/kubernetes\.default\b/;

export function likelyMistakes(code: Code, presented: Presented = {}): readonly EntryId[] {
  const { issuer = "", setting, imageUser, missing } = presented;
  if (isPipeline(presented)) return ["WI113"];
  if (INSIDE_CLUSTER.test(issuer)) return ["WI008", "WI193"];
  // What nobody can explain has no likely mistake among those that show no code for other reasons.
  if (code === "Unexplained") return ["WI099"];
  if (code === "AdmissionRefused" && setting !== undefined) return ["WI014"];
  if (code === "CreateContainerConfigError" && imageUser !== undefined) return ["WI035"];
  if (code === "CreateContainerConfigError" && missing !== undefined) return [/ in /.test(missing) ? "WI038" : "WI055"];
  const first = ORDER[code] ?? [];
  const rest = ENTRY_IDS.filter((id) => entryOf(id).code === code && !first.includes(id) && id !== "WI113");
  return [...first, ...rest];
}
