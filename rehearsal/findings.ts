// From what was registered and what happened to what a person has to change.
import { checkPod, codeIn, type Finding, finding } from "../chain";
import type { Exchange } from "./cloud/entra";
import { podLink } from "./cluster/podTemplate";
import type { Call } from "./network/network";
import type { Pods } from "./pods";
import type { ControlReport, PodChain } from "./report";

export function chainsOf(pods: Pods): PodChain[] {
  return pods.templates.map(({ state, template }) => ({
    pod: `${template.namespace}/${template.name}`,
    links: checkPod(state.model, podLink(template)),
  }));
}

export interface Evidence {
  readonly chains: readonly PodChain[];
  readonly pods: Pods;
  readonly controls: readonly ControlReport[];
  readonly calls: readonly Call[];
  readonly exchanges: readonly Exchange[];
}

/** Each mistake once, however many pods it breaks. */
export function findingsOf({ chains, pods, controls, calls, exchanges }: Evidence): Finding[] {
  const known = [...chains.flatMap(({ links }) => links.flatMap((link) => link.finding ?? [])), ...pods.findings];
  const unexplained = known.length > 0 ? [] : unready(pods, calls, exchanges);
  const holes = controls
    .filter(({ refused }) => !refused)
    .map(({ pod, control }) =>
      finding("WI099", {
        resource: pod,
        property: "federated credential",
        expected: `${control} is refused`,
        actual: "it got a token",
      }),
    );
  const none =
    pods.reports.length > 0
      ? []
      : [finding("WI031", { resource: "the program", property: "pods", expected: "at least one", actual: "none" })];
  const all = [...known, ...unexplained, ...holes, ...none];
  return all.filter(
    (one, index) =>
      all.findIndex((other) => other.rule === one.rule && other.resource === one.resource && other.property === one.property) ===
      index,
  );
}

// No rule is broken and still a pod is not ready: say what was seen, so that somebody can add the rule.
function unready(pods: Pods, calls: readonly Call[], exchanges: readonly Exchange[]): Finding[] {
  return pods.reports
    .filter(({ ready }) => !ready)
    .map(({ namespace, name }) => {
      const client = `${namespace}/${name}`;
      const refusal =
        exchanges.findLast((exchange) => exchange.client === client && exchange.code !== null)?.code ??
        calls.findLast((call) => call.client === client && call.code !== null)?.code;
      const lastLine = pods.output.get(client)?.trim().split("\n").at(-1);
      const actual = refusal ?? lastLine ?? "no answer and no output";
      const code = codeIn(refusal ?? "");
      return finding("WI099", {
        resource: client,
        property: "readiness",
        expected: "ready",
        actual,
        ...(code === undefined ? {} : { code }),
      });
    });
}
