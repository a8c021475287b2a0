// The page: the facts of /api/status for a person, rendered here, without script.
import { html, raw } from "hono/html";
import type { LinkStatus } from "./links";
import { explain } from "./names";
import { blobsSection, rolesSection } from "./pageReadings";
import { identitySection, podSection, secretSection, section } from "./pageSections";
import type { Status } from "./status";
import { STYLE } from "./style";

export function page(status: Status) {
  const line = statusLine(status);
  const links = linkTable(status);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${line.title} · workload identity</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header><h1>Workload identity of ${status.pod.name ?? status.pod.host}</h1>
<p class="status ${line.tone}" role="status">${line.text}</p></header>
<main>${[section("chain", "The chain", links), identitySection(status), secretSection(status), blobsSection(status), rolesSection(status), podSection(status)]}</main>
<footer><p>The same facts as JSON: <a href="api/status">api/status</a>. Neither a token nor the secret's value is ever shown.</p></footer>
</body>
</html>`;
}

function statusLine({ ok, links, secret, blobs, roles, nextTryAt }: Status) {
  const broken = links.find((link) => link.ok === false);
  const read = ["the secret", ...(blobs === null ? [] : ["its blobs"]), ...(roles === null ? [] : ["its roles"])];
  const what = read.join(", ").replace(/, ([^,]+)$/, " and $1");
  if (ok) return { tone: "good", title: "Works", text: `✓ The chain works: the pod read ${what} without holding a credential.` };
  if (broken === undefined) return { tone: "", title: "Starting", text: "Starting: Azure has not answered yet." };
  const next = nextTryAt === null ? "Only a new pod can help." : `Next try at ${nextTryAt}.`;
  const kept = secret.readAt === null ? "" : ` The proof of ${secret.readAt} is kept.`;
  return {
    tone: "bad",
    title: `Broken: ${broken.name}`,
    text: `✗ Broken at ${broken.name}: ${broken.code}. ${explain(broken.code ?? "").meaning} ${next}${kept}`,
  };
}

function linkTable({ links }: Status) {
  return html`<table role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Link</th><th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Expected</th><th role="columnheader" scope="col">Found</th><th role="columnheader" scope="col">Code and help</th></tr></thead>
<tbody role="rowgroup">${links.map(linkRow)}</tbody></table>`;
}

function linkRow({ name, ok, expected, found, code }: LinkStatus) {
  return html`<tr role="row" class="${ok === false ? "bad" : ""}"><th role="rowheader" scope="row">${name}</th><td role="cell" data-label="State">${linkMark(ok)}</td>
<td role="cell" data-label="Expected">${expected ?? html`<span class="quiet">not known</span>`}</td><td role="cell" data-label="Found">${found ?? html`<span class="quiet">nothing yet</span>`}</td>
<td role="cell" data-label="Code and help">${code === null ? html`<span class="quiet">none</span>` : help(code)}</td></tr>`;
}

function linkMark(ok: boolean | null) {
  if (ok === null) return html`<span class="quiet">not reached</span>`;
  return ok ? html`<span class="good-mark">✓ agrees</span>` : html`<span class="bad-mark">✗ broken</span>`;
}

function help(code: string) {
  const { fix, help } = explain(code);
  return html`<p><strong>${code}</strong></p><p>${fix}</p><p><a href="${help}">Help on ${code}</a></p>`;
}
