// What pods do beside reading their secret, tried as a person would: the list of roles, before and after a further role comes, and a blob through the route.

import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import {
  APP_ENVIRONMENT,
  BLOB_ROUTE_ON,
  type Finding,
  finding,
  lastSegment,
  ROLES,
  roleOf,
  sameText,
  scopeContains,
} from "../chain";
import { type Answer, type Ask, get } from "./asking";
import type { EmulatedCloud } from "./cloud/emulatedCloud";
import { type PodTemplate, podId } from "./cluster/podTemplate";
import type { Pods } from "./pods";
import type { DemonstrationReport } from "./report";

export interface Demonstrations {
  readonly reports: readonly DemonstrationReport[];
  readonly findings: readonly Finding[];
}

/** A ready pod, with what its first container was given. */
export interface ShownPod {
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

/** What the emulated Azure has to say and to take. */
export type DemonstratedCloud = Pick<EmulatedCloud, "give" | "roleAssignments" | "customRoles"> & {
  readonly blobs: Pick<EmulatedCloud["blobs"], "put" | "delete">;
};

export interface DemonstrationOptions {
  /** Told of each as it is over. */
  readonly onDone: (report: DemonstrationReport, milliseconds: number) => void;
  readonly signal: AbortSignal;
  /** How long a list may be another one than it must be: the application reads it anew at most once a second. Default 10000. */
  readonly patienceMs?: number;
}

/**
 * Keeps Reader on a cluster back until `demonstrate`, where a pod lists roles: the page must show it without a restart, as it does when a second update grants
 * it.
 */
export function holdBackLaterRoles(
  cloud: EmulatedCloud,
  states: readonly { readonly templates: readonly PodTemplate[] }[],
): void {
  const lists = (template: PodTemplate) => environmentOf(template)[APP_ENVIRONMENT.roleListScope] !== undefined;
  if (!states.some(({ templates }) => templates.some(lists))) return;
  const reader = ROLES.reader.id;
  cloud.withhold(
    ({ roleDefinitionId, scope }) =>
      sameText(roleDefinitionId.slice(-reader.length), reader) && /\/managedclusters\/[^/]+$/i.test(scope),
  );
}

export async function demonstrate(
  cloud: DemonstratedCloud,
  pods: readonly ShownPod[],
  { onDone, signal, patienceMs = LIMIT_MS }: DemonstrationOptions,
): Promise<Demonstrations> {
  const ask: Ask = (url) => get(url, AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]), signal);
  const timed = async (trying: Promise<Tried>): Promise<Tried> => {
    const since = performance.now();
    const tried = await trying;
    onDone(tried.report, performance.now() - since);
    return tried;
  };
  const listing = pods.filter(({ env }) => env[APP_ENVIRONMENT.roleListScope] !== undefined);
  const lists = (what: string) => Promise.all(listing.map((pod) => timed(listRoles(cloud, pod, what, ask, patienceMs))));
  const expected = () => listing.map((pod) => rolesOf(cloud, pod).join());
  const [before, expectedBefore] = [await lists("role list"), expected()];
  const after = cloud.give() === 0 ? [] : await lists("role list with a further role");
  const unseen = after.length > 0 && expected().join() === expectedBefore.join() ? listing.map(unseenRole) : [];
  const routes = pods.filter(({ env }) => env[APP_ENVIRONMENT.blobRoute] === BLOB_ROUTE_ON);
  const blobs = await Promise.all(routes.map((pod) => timed(readBlob(cloud, pod, ask))));
  const tried = [...before, ...after, ...blobs];
  return { reports: tried.map(({ report }) => report), findings: [...tried.flatMap(({ finding }) => finding ?? []), ...unseen] };
}

/** Those that run what their program or the command of `--app` is: a stand-in reads, and serves nothing of its own. */
export function readyPods({ templates, reports }: Pods): ShownPod[] {
  return templates.flatMap(({ template }) => {
    const pod = podId(template, 0);
    const report = reports.find((candidate) => candidate.pod === pod);
    const first = report?.containers.find(({ name }) => name === template.containers[0]?.name);
    if (report?.ready !== true || report.url === null || first?.runs === "stand-in") return [];
    return [{ pod, resource: template.declared, url: report.url, env: environmentOf(template) }];
  });
}

function environmentOf({ containers }: PodTemplate): Record<string, string> {
  const variables = containers[0]?.env ?? [];
  return Object.fromEntries(variables.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

const statusShape = z.looseObject({
  roles: z.looseObject({ roles: z.array(z.looseObject({ name: z.string(), scope: z.string() })) }).nullish(),
  links: z.array(z.unknown()).optional(),
});

/** Asks until list and page are what the emulated Azure says. */
async function listRoles(
  cloud: DemonstratedCloud,
  shownPod: ShownPod,
  what: string,
  ask: Ask,
  patienceMs: number,
): Promise<Tried> {
  const { pod, resource, url } = shownPod;
  const expected = rolesOf(cloud, shownPod);
  const wanted = new Set(expected.map((line) => line.slice(0, line.lastIndexOf(" on "))));
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const [status, page] = [await ask(`${url}/api/status`), await ask(`${url}/`)];
    const roles = statusShape.safeParse(status.json).data?.roles?.roles;
    const shown = (roles ?? []).map(({ name, scope }) => `${name} on ${lastSegment(scope)}`).sort();
    const onPage = namesOn(page.text, cloud);
    const pageOk = onPage.length === wanted.size && onPage.every((name) => wanted.has(name));
    const listOk = roles !== undefined && shown.join() === expected.join();
    const report = { pod, what, ok: listOk && pageOk, shown };
    if (report.ok) return { report };
    if (roles === undefined && !isOurs(status)) return notServed(report, resource, "GET /api/status has no roles");
    if (performance.now() >= deadline) {
      const place = { resource, property: listOk ? "GET /" : "GET /api/status", expected: expected.join(", ") };
      const actual = (listOk ? onPage : shown).join(", ") || status.broken || "none";
      return { report, finding: finding("WI037", { ...place, actual }) };
    }
    await delay(AGAIN_MS);
  }
}

/** Whether the answer of /api/status is that of this project's application; another one need not serve what this one does. */
function isOurs({ status, json, broken }: Answer): boolean {
  // What fails has the address all the same.
  return broken !== undefined || status >= 500 || statusShape.safeParse(json).data?.links !== undefined;
}

/** The roles' names that stand on a page as a text of their own. */
function namesOn(page: string, cloud: DemonstratedCloud): string[] {
  const known = [...Object.values(ROLES), ...cloud.customRoles()].map(({ name }) => name);
  const texts = new Set(page.split(/<[^>]*>/).map((text) => text.trim()));
  return known.filter((name) => texts.has(name));
}

function unseenRole({ resource, env }: ShownPod): Finding {
  return finding("WI037", {
    resource,
    property: "role list with a further role",
    expected: "one role more than before",
    actual: `the same list: the role that came is not one of ${env[APP_ENVIRONMENT.roleListPrincipal]} at ${env[APP_ENVIRONMENT.roleListScope]}`,
  });
}

function rolesOf(cloud: DemonstratedCloud, { env }: ShownPod): string[] {
  const principal = env[APP_ENVIRONMENT.roleListPrincipal] ?? "";
  const listed = env[APP_ENVIRONMENT.roleListScope] ?? "";
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

async function readBlob(cloud: DemonstratedCloud, { pod, resource, url, env }: ShownPod, ask: Ask): Promise<Tried> {
  const account = new URL(env[APP_ENVIRONMENT.blobEndpoint] ?? "https://none").hostname.split(".")[0] ?? "";
  const container = env[APP_ENVIRONMENT.blobContainer] ?? "";
  cloud.blobs.put({ account, container, name: BLOB.name, content: BLOB.content, headers: { "content-type": BLOB.type } });
  const path = `/api/${account}/${container}/${BLOB.name}`;
  const gone = () => cloud.blobs.delete(account, container, BLOB.name);
  const { status, type, text, broken } = await ask(`${url}${path}`).finally(gone);
  const ok = status === 200 && text === BLOB.content && type === BLOB.type;
  const got = broken ?? `${status}, ${type ?? "no type"}, ${Buffer.byteLength(text)} bytes`;
  const report = { pod, what: "blob route", ok, shown: [`${path}: ${got}`] };
  if (ok) return { report };
  if (status === 404 && !isOurs(await ask(`${url}/api/status`))) return notServed(report, resource, `GET ${path} answers 404`);
  const wanted = `200, ${BLOB.type}, ${BLOB.content.length} bytes: ${JSON.stringify(BLOB.content)}`;
  return { report, finding: finding("WI037", { resource, property: `GET ${path}`, expected: wanted, actual: got }) };
}

// An application of somebody's own need not do what this one does: no mistake, and no silence either.
function notServed(report: DemonstrationReport, resource: string, actual: string): Tried {
  const place = { resource, property: "routes", expected: "what its variables tell it to serve", actual };
  return { report, finding: finding("WI037", { ...place, severity: "warning" }) };
}
