// The sections of the page for what not every pod is configured to read: blobs and roles.
import { html } from "hono/html";
import { facts, section } from "./pageSections";
import { shortScope } from "./roles";
import type { Status } from "./status";

export function blobsSection({ blobs }: Status) {
  if (blobs === null) return "";
  const { endpoint, container, route, readAt } = blobs;
  return section(
    "blobs",
    "Blobs",
    facts("Fact", [
      ["Container", container],
      ["Storage account", endpoint],
      ["Served by this application", route ? "yes, to whoever reaches it" : "no"],
      ["Last read", readAt],
    ]),
  );
}

export function rolesSection({ roles }: Status) {
  if (roles === null) return "";
  const { scope, principal, readAt, roles: listed } = roles;
  const rows = listed.map(
    (
      role,
    ) => html`<tr role="row"><th role="rowheader" scope="row">${role.name}</th><td role="cell" data-label="Where">${shortScope(role.scope)}</td>
<td role="cell" data-label="Scope">${role.scope}</td></tr>`,
  );
  const table = html`<table role="table"><caption class="quiet">All roles of ${principal} at ${shortScope(scope)}, above it and within it. ${readAt === null ? "Not read yet." : `Read at ${readAt}.`}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Role</th><th role="columnheader" scope="col">Where</th><th role="columnheader" scope="col">Scope</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
  return section(
    "roles",
    "Roles",
    readAt !== null && listed.length === 0 ? html`${table}<p>The identity has no role there.</p>` : table,
  );
}
