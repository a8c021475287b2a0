// What a program's unknown parts may hide: a rehearsal that cannot see it never says that it works.
import { type Finding, finding, serviceAccountSubject } from "../../chain";
import { clusters, type Unrehearsed } from "../chainModel";
import type { EmulatedCloud } from "../cloud/emulatedCloud";
import type { Pods } from "../pods";
import type { LeftOut } from "./leftOut";

export interface ForeignEvidence {
  readonly cloud: EmulatedCloud;
  readonly pods: Pods;
  readonly unrehearsed: readonly Unrehearsed[];
  readonly leftOut: LeftOut;
}

export function foreignFindings(evidence: ForeignEvidence): Finding[] {
  return [...undefinedTexts(evidence), ...podsNotSeen(evidence)];
}

/** The findings of a rehearsal and those of what it cannot see: a pod that may be hidden is not told to be missing as well. */
export function withHidden(seen: readonly Finding[], hidden: readonly Finding[]): Finding[] {
  const may = new Set(hidden.filter(({ rule }) => rule === "WI060").map(({ resource }) => resource));
  return [...seen.filter(({ rule, resource }) => rule !== "WI048" || !may.has(resource)), ...hidden];
}

function undefinedTexts({ leftOut }: ForeignEvidence): Finding[] {
  return leftOut.undefinedTexts.map(({ resource, property, text }) =>
    finding("WI061", { resource, property, expected: "text of values that are there", actual: text }),
  );
}

// A credential for a ServiceAccount of which no pod was seen, where something may hold such pods.
function podsNotSeen({ cloud, pods, unrehearsed, leftOut }: ForeignEvidence): Finding[] {
  const holders = [...leftOut.entries.filter(({ mayHoldPods }) => mayHoldPods), ...unrehearsed].map(({ resource }) => resource);
  const seen = pods.templates.map(({ template }) => serviceAccountSubject(template.namespace, template.serviceAccountName));
  const issuers = new Set(clusters(cloud).map(({ link }) => link.issuer));
  return cloud
    .federatedCredentials()
    .filter(({ subject }) => subject.startsWith(SERVICE_ACCOUNT) && !seen.includes(subject))
    .flatMap(({ resource, subject, issuer }) => {
      const unknownCluster = issuers.has(issuer) ? [] : [`the cluster of the issuer ${issuer}`];
      const may = [...holders, ...unknownCluster].slice(0, NAMED);
      if (may.length === 0) return [];
      const actual = `none was run; ${may.join(", ")} may hold it`;
      return [
        finding("WI060", {
          resource,
          property: "subject",
          expected: `a pod of ${subject.slice(SERVICE_ACCOUNT.length)}`,
          actual,
        }),
      ];
    });
}

const SERVICE_ACCOUNT = "system:serviceaccount:";
/** As many as a person reads in one line. */
const NAMED = 3;
