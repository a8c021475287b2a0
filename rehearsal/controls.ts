// Beside each pod that works stand three that must not: the proof that the emulation refuses, and that the program trusts nobody else.
import { AUDIENCE, type Code, serviceAccountSubject, USE_LABEL } from "../chain";
import type { ClusterState } from "./chainModel";
import type { Exchange } from "./cloud/entra";
import type { Issuer } from "./cloud/oidc";
import { admit } from "./cluster/admission";
import { podId } from "./cluster/podTemplate";
import { type EmulatedHost, emulatedRequest } from "./network/handler";
import { serviceAccountOf } from "./pod";
import type { Pods } from "./pods";
import type { ControlReport } from "./report";

export interface ControlsContext {
  readonly states: readonly ClusterState[];
  readonly pods: Pods;
  readonly entra: EmulatedHost;
  issuer(url: string): Issuer;
  /** An issuer that the program knows nothing of. */
  readonly foreign: Issuer;
  readonly tenantId: string;
  readonly exchanges: readonly Exchange[];
}

const STRANGER = "rehearsal-stranger";

/** For the first ready pod of each template: a foreign issuer with its subject, another ServiceAccount, and itself without the label. */
export async function runControls(context: ControlsContext): Promise<ControlReport[]> {
  const ready = context.pods.templates.filter(({ template }) =>
    context.pods.reports.some(({ pod, ready: isReady }) => isReady && pod === podId(template, 0)),
  );
  return (await Promise.all(ready.map(({ state, template }) => controlsOf(context, state, template)))).flat();
}

async function controlsOf(
  { entra, issuer, foreign, tenantId, exchanges }: ControlsContext,
  state: ClusterState,
  template: Pods["templates"][number]["template"],
): Promise<ControlReport[]> {
  const serviceAccount = serviceAccountOf(state, template);
  const url = state.model.cluster.issuer;
  const admission = admit(template, serviceAccount, state.model.cluster);
  if (url === undefined || admission.kind !== "mutated") return [];
  const pod = podId(template, 0);
  // What the pod itself got in with: an intruder with anything else would be refused for another reason.
  const clientId = exchanges.find(({ client, result }) => client === pod && result === "ok")?.clientId;
  if (clientId === undefined || clientId === null) return [];
  const exchange = async (control: string, from: Issuer, name: string, expected: Code): Promise<ControlReport> => {
    const { namespace } = template;
    const subject = serviceAccountSubject(namespace, name);
    const assertion = await from.mint({ subject, audience: AUDIENCE, namespace, serviceAccount: name, lifetimeSeconds: 3600 });
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      scope: "https://vault.azure.net/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    });
    const head = {
      client: `control of ${pod}`,
      method: "POST",
      url: new URL(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    };
    const response = await entra.handle(emulatedRequest(head, Buffer.from(form.toString())));
    const code = response.code ?? null;
    return { pod, control, refused: code === expected, code };
  };
  const { [USE_LABEL]: _, ...labels } = template.labels;
  const unlabelled = admit({ ...template, labels }, serviceAccount, state.model.cluster);
  return [
    await exchange("the same subject from a foreign issuer", foreign, template.serviceAccountName, "AADSTS700211"),
    await exchange("another ServiceAccount of the same cluster", issuer(url), STRANGER, "AADSTS700213"),
    {
      pod,
      control: "the same pod without its label",
      refused: unlabelled.kind === "unchanged",
      code: unlabelled.kind === "unchanged" ? "PodNotMutated" : null,
    },
  ];
}
