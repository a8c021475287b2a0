// From what was registered and what happened to what a person has to change.
import {
  APP_ENVIRONMENT,
  checkDeclared,
  checkUnusedCredentials,
  codeIn,
  eachOnce,
  type Finding,
  finding,
  notSaid,
  type RuleId,
  vaultTargets,
} from "../chain";
import type { Unrehearsed } from "./chainModel";
import type { Exchange } from "./cloud/entra";
import type { BuiltInRegistry } from "./cloud/taskRuns";
import { type PodTemplate, podId, podLink } from "./cluster/podTemplate";
import type { Demonstrations } from "./demonstrations";
import { lastWords } from "./lastWords";
import type { Call } from "./network/network";
import type { Checked } from "./pod";
import type { Pods } from "./pods";
import type { ControlReport, PodReport } from "./report";

export interface Evidence {
  readonly pods: Pods;
  readonly unrehearsed: readonly Unrehearsed[];
  readonly controls: readonly ControlReport[];
  readonly demonstrations: Demonstrations;
  readonly calls: readonly Call[];
  readonly exchanges: readonly Exchange[];
  /** What was built in registries. */
  readonly built: readonly BuiltInRegistry[];
}

/** Each mistake once, however many pods it breaks. */
export function findingsOf(evidence: Evidence): Finding[] {
  const { pods } = evidence;
  const none =
    pods.reports.length > 0 || evidence.unrehearsed.some(({ meant }) => meant)
      ? []
      : [finding("WI031", { resource: "the program", property: "pods", expected: "at least one", actual: "none" })];
  const ofLinks = pods.templates.flatMap(({ links }) => links.flatMap((link) => link.finding ?? []));
  return eachOnce([
    ...ofLinks,
    ...ofDeclared(evidence, ofLinks),
    ...pods.findings,
    ...pods.templates.flatMap((checked) => unexplained(checked, evidence)),
    ...leftOut(evidence),
    ...holes(evidence),
    ...evidence.demonstrations.findings,
    ...unwantedUploads(evidence),
    ...none,
  ]);
}

function holes({ controls }: Evidence): Finding[] {
  return controls
    .filter(({ refused }) => !refused)
    .map(({ pod, control, code }) =>
      finding("WI099", {
        resource: pod,
        property: "federated credential",
        expected: `${control} is refused`,
        actual: code ?? "it got a token",
      }),
    );
}

/** As many as a person reads in one line. */
const NAMED = 5;

function unwantedUploads({ built }: Evidence): Finding[] {
  return built
    .filter(({ unwanted }) => unwanted.length > 0)
    .map(({ image, loginServer, unwanted }) => {
      const more = unwanted.length > NAMED ? ` and ${unwanted.length - NAMED} more` : "";
      return finding("WI036", {
        resource: `image ${loginServer}/${image}`,
        property: "uploaded folder",
        expected: "only what the image is built of",
        actual: `${unwanted.slice(0, NAMED).join(", ")}${more}`,
      });
    });
}

function leftOut({ unrehearsed }: Evidence): Finding[] {
  return unrehearsed
    .filter(({ meant }) => meant)
    .map(({ resource, reason, checked, fix }) => {
      const place = {
        resource,
        property: "spec.template",
        expected: "a pod that the rehearsal runs",
        actual: reason,
        ...(fix === undefined ? {} : { fix }),
      };
      return finding("WI033", checked ? { ...place, severity: "warning" } : place);
    });
}

/** Mistakes by which a pod goes by another name than a credential trusts: they leave a credential over, and say so themselves. */
const OF_SIGNING_IN: ReadonlySet<string> = new Set<RuleId>([
  ...(["WI003", "WI004", "WI005", "WI009", "WI010", "WI011", "WI012", "WI016", "WI017"] as const),
]);

/** What resources show by themselves, where nothing seen from a pod says already what is wrong with them. */
function ofDeclared({ pods }: Evidence, named: readonly Finding[]): Finding[] {
  const signsIn = named.every(({ rule }) => !OF_SIGNING_IN.has(rule));
  const found = pods.states.flatMap(({ model, api }) => {
    const hasCharts = api.all().some(({ kind }) => kind.startsWith("helm.sh/"));
    return [...checkDeclared(model), ...(signsIn ? checkUnusedCredentials(model, hasCharts) : [])];
  });
  return notSaid(found, named);
}

// What no rule explains: a pod that is not ready, or one that is and never read what it was given.
function unexplained(checked: Checked, { pods, calls, exchanges }: Evidence): Finding[] {
  const { template, links } = checked;
  const explained = links.some((link) => link.finding?.severity === "error");
  const notStarted = pods.findings.some(({ resource, severity }) => severity === "error" && resource === template.declared);
  if (explained || notStarted) return [];
  const ids = new Set(Array.from({ length: template.replicas }, (_, index) => podId(template, index)));
  const own = pods.reports.filter(({ pod }) => ids.has(pod));
  return own.flatMap((report) => {
    const seen = calls.filter(({ client }) => client === report.pod);
    if (!report.ready) return [notReady(report, template, seen, { exchanges, pods })];
    const unread = secretsOf(checked, pods).filter(
      (path) => !seen.some((call) => call.status === 200 && call.path.toLowerCase().startsWith(path)),
    );
    return unread.map((path) =>
      finding("WI032", {
        resource: template.declared,
        property: "readiness",
        expected: `GET ${path} before it is ready`,
        actual: "ready without it",
      }),
    );
  });
}

/** Paths of the secrets that the containers name which were run. */
function secretsOf({ state, template }: Checked, { plans }: Pods): string[] {
  const pod = podLink(template);
  const run = (plans.get(template.declared) ?? []).flatMap(({ container, runs }) => (runs === "nothing" ? [] : [container.name]));
  const named = pod.containers
    .filter(({ name }) => run.includes(name))
    .flatMap((container) => vaultTargets(state.model, pod, container))
    .flatMap(({ vault, secrets }) => (vault === undefined ? [] : secrets.map(({ value }) => `/secrets/${value.toLowerCase()}`)));
  return [...new Set(named)];
}

function notReady(
  { pod, url }: PodReport,
  template: PodTemplate,
  seen: readonly Call[],
  { exchanges, pods: { runs } }: Pick<Evidence, "exchanges" | "pods">,
): Finding {
  const refusal = exchanges.findLast(({ client, code }) => client === pod && code !== null)?.code ?? refusedCode(seen.at(-1));
  const { output = "", end, status, which = "its process" } = runs.get(pod) ?? {};
  const words = lastWords(output);
  const seenOf = end === undefined ? (refusal ?? silence(template, url, status)) : `${which} ${end}`;
  const actual = refusal === null && words !== undefined ? `${seenOf}; ${words}` : seenOf;
  const code = codeIn(refusal ?? "");
  return finding("WI099", {
    resource: pod,
    property: "readiness",
    expected: "ready",
    actual,
    ...(code === undefined ? {} : { code }),
  });
}

function silence({ containers, runsToEnd }: PodTemplate, url: string | null, status: number | undefined): string {
  if (runsToEnd) return "its process has not ended";
  if (containers[0]?.readinessProbe?.httpGet === undefined) return "it has read no secret, and has no readiness probe";
  if (status !== undefined) return `its readiness probe answers ${status}`;
  const place = url === null ? "its port" : new URL(url).host;
  return `nothing answers on ${place}; the pod must listen on the variable ${APP_ENVIRONMENT.port}`;
}

// A challenge is how every sign-in begins, and says nothing.
function refusedCode(call: Call | undefined): string | null {
  return call === undefined || call.status === 401 ? null : call.code;
}
