// What pods do beside reading their secret, tried as a person would: the list of roles, before and after a further role comes, and a blob through the route.
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { APP_ENVIRONMENT, BLOB_ROUTE_ON, type Finding, finding, ROLES, roleOf, sameText, scopeContains } from "../chain";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import { podId } from "./cluster/podTemplate";
import type { Pods } from "./pods";
import type { DemonstrationReport } from "./report";

export interface Demonstrations {
  readonly reports: readonly DemonstrationReport[];
  readonly findings: readonly Finding[];
}

/** A ready pod, with what its first container was given. */
interface Shown {
  readonly pod: string;
  readonly resource: string;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Tried {
  readonly report: DemonstrationReport;
  readonly finding?: Finding;
}

const LIMIT_MS = 10_000;
const AGAIN_MS = 100;
const BLOB = { name: "rehearsal/hello.txt", content: "Hello from the rehearsal\n", type: "text/plain; charset=utf-8" } as const;

/** Keeps Reader on a cluster back until `demonstrate`: the page must show it without a restart, as it does when a second update grants it. */
export function holdBackLaterRoles(cloud: EmulatedCloud): void {
  const reader = ROLES.reader.id;
  cloud.withhold(
    ({ roleDefinitionId, scope }) =>
      sameText(roleDefinitionId.slice(-reader.length), reader) && /\/managedclusters\/[^/]+$/i.test(scope),
  );
}

/** `onDone` is told of each as it is over. */
export async function demonstrate(
  cloud: EmulatedCloud,
  pods: Pods,
  onDone: (report: DemonstrationReport, milliseconds: number) => void,
): Promise<Demonstrations> {
  const timed = async (trying: Promise<Tried>): Promise<Tried> => {
    const since = performance.now();
    const tried = await trying;
    onDone(tried.report, performance.now() - since);
    return tried;
  };
  const ready = readyPods(pods);
  const listing = ready.filter(({ env }) => env[APP_ENVIRONMENT.roleListScope] !== undefined);
  const before = await Promise.all(listing.map((pod) => timed(listRoles(cloud, pod, "role list"))));
  const after =
    cloud.give() === 0
      ? []
      : await Promise.all(listing.map((pod) => timed(listRoles(cloud, pod, "role list with a further role"))));
  const routes = ready.filter(({ env }) => env[APP_ENVIRONMENT.blobRoute] === BLOB_ROUTE_ON);
  const blobs = await Promise.all(routes.map((pod) => timed(readBlob(cloud, pod))));
  const tried = [...before, ...after, ...blobs];
  return { reports: tried.map(({ report }) => report), findings: tried.flatMap(({ finding }) => finding ?? []) };
}

function readyPods({ templates, reports }: Pods): Shown[] {
  return templates.flatMap(({ template }) => {
    const pod = podId(template, 0);
    const report = reports.find((candidate) => candidate.pod === pod);
    if (report?.ready !== true || report.url === null) return [];
    const variables = template.containers[0]?.env ?? [];
    const env = Object.fromEntries(variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
    return [{ pod, resource: template.declared, url: report.url, env }];
  });
}

const statusShape = z.looseObject({
  roles: z.looseObject({ roles: z.array(z.looseObject({ name: z.string(), scope: z.string() })) }).nullish(),
});

/** Asks until the list is what the emulated Azure says: the application reads it anew at most once a second. */
async function listRoles(cloud: EmulatedCloud, { pod, resource, url, env }: Shown, what: string): Promise<Tried> {
  const expected = rolesOf(cloud, env[APP_ENVIRONMENT.roleListPrincipal] ?? "", env[APP_ENVIRONMENT.roleListScope] ?? "");
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const status = statusShape.safeParse(await get(`${url}/api/status`).then(({ json }) => json));
    if (!status.success || status.data.roles === undefined || status.data.roles === null)
      return notServed({ pod, what, ok: false, shown: [] }, resource, "GET /api/status has no roles");
    const shown = status.data.roles.roles.map(({ name, scope }) => `${name} on ${lastSegment(scope)}`).sort();
    const report = { pod, what, ok: shown.join() === expected.join(), shown };
    if (report.ok) return { report };
    if (performance.now() > deadline) {
      const place = { resource, property: "GET /api/status", expected: expected.join(", "), actual: shown.join(", ") || "none" };
      return { report, finding: finding("WI037", place) };
    }
    await delay(AGAIN_MS);
  }
}

function rolesOf(cloud: EmulatedCloud, principal: string, listed: string): string[] {
  return cloud
    .roleAssignments()
    .filter(
      ({ principalId, scope }) =>
        sameText(principalId, principal) && (scopeContains(scope, listed) || scopeContains(listed, scope)),
    )
    .map(({ roleDefinitionId, scope }) => {
      const name = roleOf(roleDefinitionId, cloud.customRoles())?.name ?? lastSegment(roleDefinitionId);
      return `${name} on ${lastSegment(scope)}`;
    })
    .sort();
}

async function readBlob(cloud: EmulatedCloud, { pod, resource, url, env }: Shown): Promise<Tried> {
  const account = new URL(env[APP_ENVIRONMENT.blobEndpoint] ?? "https://none").hostname.split(".")[0] ?? "";
  const container = env[APP_ENVIRONMENT.blobContainer] ?? "";
  cloud.blobs.put({ account, container, name: BLOB.name, content: BLOB.content, headers: { "content-type": BLOB.type } });
  const path = `/api/${account}/${container}/${BLOB.name}`;
  const { status, type, text } = await get(`${url}${path}`);
  cloud.blobs.delete(account, container, BLOB.name);
  const ok = status === 200 && text === BLOB.content && type === BLOB.type;
  const report = { pod, what: "blob route", ok, shown: [`${path}: ${status}, ${type ?? "no type"}, ${text.length} bytes`] };
  if (ok) return { report };
  if (status === 404) return notServed(report, resource, `GET ${path} answers 404`);
  return {
    report,
    finding: finding("WI037", { resource, property: `GET ${path}`, expected: `200, ${BLOB.type}`, actual: `${status}, ${type}` }),
  };
}

// An application of somebody's own need not do what this one does: no mistake, and no silence either.
function notServed(report: DemonstrationReport, resource: string, actual: string): Tried {
  const place = { resource, property: "routes", expected: "what its variables tell it to serve", actual };
  return { report, finding: finding("WI037", { ...place, severity: "warning" }) };
}

async function get(url: string): Promise<{ status: number; type: string | null; text: string; json: unknown }> {
  const answer = await fetch(url, { headers: { connection: "close" }, signal: AbortSignal.timeout(LIMIT_MS) });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
