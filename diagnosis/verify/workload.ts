// The links of one workload: those that the rules of the chain know, and those that only a running cluster shows.
import { checkPod, finding, isCode, type LinkCheck } from "../../chain";
import type { Cluster } from "./cluster";
import type { Facts } from "./facts";
import { type Part, workloadModel } from "./model";
import type { Unread } from "./reading";
import { broken, holds, type Section, unknown, type VerifiedLink } from "./report";
import { runningLinks } from "./running";

/** What must have been read for a link to say anything. */
const NEEDS: Readonly<Record<string, readonly Part[]>> = {
  webhook: ["cluster"],
  "pod label": ["deployments"],
  ServiceAccount: ["serviceAccounts", "deployments"],
  "token expiration": ["serviceAccounts", "deployments"],
  container: ["deployments"],
  "client id": ["serviceAccounts", "deployments", "identity"],
  tenant: ["serviceAccounts", "identity"],
  "federated credential": ["credentials"],
  issuer: ["cluster", "credentials"],
  subject: ["credentials"],
  audience: ["credentials"],
  vault: ["deployments", "vault", "identity"],
  role: ["vault", "identity", "roles"],
  "access policy": ["vault", "identity"],
  "any role": ["deployments", "vault", "identity", "roles"],
  secret: ["deployments", "vault", "secrets"],
  blobs: ["deployments", "containers", "identity", "roles"],
  "role list": ["deployments", "identity", "roles"],
};

export async function verifyWorkload(key: string, facts: Facts, subscriptionId: string, cluster: Cluster): Promise<Section> {
  const { output } = facts;
  const name = `workload ${key}: ${output.namespace}/${output.serviceAccount}`;
  const { model, pods, unread } = workloadModel(facts, subscriptionId);
  const declared =
    pods.length > 0 ? pods.flatMap((pod) => checkPod(model, pod)).map((check) => toLink(check, unread)) : [noPods(facts)];
  const running = await runningLinks(facts, cluster);
  const { works, links } = await applicationLinks(facts, cluster);
  const all = [...once(declared), ...networkLinks(facts), ...running, ...links];
  return { kind: "workload", name, links: all, ...(works === undefined ? {} : { works }) };
}

function toLink({ link, expected, found, finding: wrong }: LinkCheck, unread: ReadonlyMap<Part, Unread>): VerifiedLink {
  const parts = NEEDS[link] ?? [...unread.keys()];
  const missing = parts.flatMap((part) => unread.get(part) ?? [])[0];
  if (missing !== undefined) return unknown(link, expected, missing);
  return wrong === undefined ? holds(link, expected, found) : broken(link, wrong);
}

/** Several Deployments of one ServiceAccount share most of their links. */
function once(links: readonly VerifiedLink[]): VerifiedLink[] {
  return [...new Map(links.map((link) => [JSON.stringify(link), link])).values()];
}

function noPods({ output: { namespace, serviceAccount } }: Facts): VerifiedLink {
  const resource = `namespace ${namespace}`;
  const place = {
    resource,
    property: "Deployments",
    expected: `one with the ServiceAccount ${serviceAccount}`,
    actual: "none, and no pod with it",
  };
  return broken("Deployment", finding("WI031", place));
}

/** Of what Azure says of the vault's network no more than a warning can be made: who is let in is not all said there. */
function networkLinks({ vault }: Facts): VerifiedLink[] {
  if (vault === undefined || "unread" in vault) return [];
  const { name, properties } = vault.value;
  const { publicNetworkAccess = "Enabled", networkAcls } = properties;
  const action = networkAcls?.defaultAction ?? "Allow";
  const found =
    publicNetworkAccess === "Disabled"
      ? "public network access is off"
      : action === "Allow"
        ? "all networks"
        : "listed networks only";
  const expected = "all networks";
  if (found === expected) return [holds("vault network", expected)];
  return [
    broken("vault network", finding("WI197", { resource: `vault ${name}`, property: "networkAcls", expected, actual: found })),
  ];
}

interface Application {
  readonly works: boolean | undefined;
  readonly links: readonly VerifiedLink[];
}

const STATUS = "application";

/** Asked of one running pod: all of them have the same chain. */
async function applicationLinks({ pods }: Facts, cluster: Cluster): Promise<Application> {
  const expected = "its own status says that it works";
  if ("unread" in pods) return { works: undefined, links: [unknown(STATUS, expected, pods.unread)] };
  const pod = pods.value.find(({ status }) => status.phase === "Running");
  if (pod === undefined)
    return { works: undefined, links: [unknown(STATUS, expected, { reason: "no pod of it runs", right: "" })] };
  const status = await cluster.status(pod);
  const place = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if ("unread" in status) {
    const absent = status.unread.status === 404;
    const reason = absent ? `pod ${place} serves no GET /api/status` : status.unread.reason;
    return { works: undefined, links: [unknown(STATUS, expected, { ...status.unread, reason })] };
  }
  const links = status.value.links.map(({ name, ok, expected: wanted, found, code }): VerifiedLink => {
    const link = `${STATUS}: ${name}`;
    if (ok === true) return holds(link, wanted ?? "works", found ?? "works");
    if (ok === null) return unknown(link, wanted ?? "works", { reason: "the pod has not come that far", right: "" });
    const at = {
      resource: `pod ${place}`,
      property: `GET /api/status ${name}`,
      expected: wanted ?? "works",
      actual: found ?? code ?? "broken",
    };
    return broken(link, finding("WI195", { ...at, ...(code != null && isCode(code) ? { code } : {}) }));
  });
  return { works: status.value.ok, links };
}
