// The sections of the page below the chain: identity, proof of the secret, pod.
import { html } from "hono/html";
import { POD_VARIABLES } from "./names";
import type { Status } from "./status";

type Html = ReturnType<typeof html>;

export function section(id: string, title: string, content: Html) {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

export function identitySection(status: Status) {
  const { clientId, tenantId, tokenFile, authorityHost } = status.identity;
  const variables = facts("Variable", [
    [POD_VARIABLES.clientId, clientId],
    [POD_VARIABLES.tenantId, tenantId],
    [POD_VARIABLES.tokenFile, tokenFile],
    [POD_VARIABLES.authorityHost, authorityHost],
  ]);
  return section("identity", "Identity", html`${variables}${tokenTable(status)}`);
}

function tokenTable({ token }: Status) {
  if (token === null) return html`<p>The pod has no token file.</p>`;
  if (token.problem !== null) return html`<p>No claims of the token: ${token.problem}.</p>`;
  const left =
    token.minutesLeft === null
      ? ""
      : token.minutesLeft < 0
        ? "It has expired."
        : `It is valid for ${token.minutesLeft} more minutes.`;
  const rows = (["issuer", "subject", "audience"] as const).map(
    (
      name,
    ) => html`<tr role="row"><th role="rowheader" scope="row">${name}</th><td role="cell" data-label="Token">${token[name] ?? "none"}</td>
<td role="cell" data-label="Federated credential expects">${token.expected[name] ?? "not known"}</td><td role="cell" data-label="Equal">${equalMark(token.equal[name])}</td></tr>`,
  );
  return html`<table role="table"><caption class="quiet">The pod's token, as far as it is not secret. ${left}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Claim</th><th role="columnheader" scope="col">Token</th><th role="columnheader" scope="col">Federated credential expects</th><th role="columnheader" scope="col">Equal</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table>`;
}

function equalMark(equal: boolean | null) {
  if (equal === null) return html`<span class="quiet">not known</span>`;
  return equal ? html`<span class="good-mark">✓ equal</span>` : html`<span class="bad-mark">✗ differs</span>`;
}

export function secretSection({ secret }: Status) {
  const { name, vaultUri, version, length, fingerprint, readAt } = secret;
  return section(
    "secret",
    "Proof of the secret",
    facts("Fact", [
      ["Name", name],
      ["Vault", vaultUri],
      ["Version", version],
      ["Length", length === null ? null : `${length} characters`],
      ["Fingerprint", fingerprint === null ? null : `SHA-256 ${fingerprint}…`],
      ["Last read", readAt],
    ]),
  );
}

export function podSection({ pod }: Status) {
  const { memory } = pod;
  const limit = memory.limitBytes === null ? "no limit" : `of ${mebibytes(memory.limitBytes)}`;
  return section(
    "pod",
    "Pod",
    facts("Fact", [
      ["Host", pod.host],
      ["Namespace", pod.namespace],
      ["Uptime of the pod", duration(pod.uptimeSeconds)],
      ["Uptime of the process", duration(pod.processUptimeSeconds)],
      ["Load of the node (1, 5, 15 minutes)", pod.load.join(", ")],
      [`Memory of the ${memory.of}`, `${mebibytes(memory.usedBytes)}, ${limit}`],
      ["CPUs", String(pod.cpus)],
    ]),
  );
}

export function facts(kind: string, rows: readonly (readonly [string, string | null])[]) {
  return html`<table role="table" class="facts"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${kind}</th><th role="columnheader" scope="col">Value</th></tr></thead>
<tbody role="rowgroup">${rows.map(([name, value]) => html`<tr role="row"><th role="rowheader" scope="row">${name}</th><td role="cell">${value ?? html`<span class="quiet">none</span>`}</td></tr>`)}</tbody></table>`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

export function duration(seconds: number): string {
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return "0 s";
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([size, unit]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? "" : `${count} ${unit}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}
