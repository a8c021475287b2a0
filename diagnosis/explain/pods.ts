// What a pod itself shows of a broken chain: its label, its variables, and why it does not run.
import { z } from "zod";
import { type EntryId, POD_ENVIRONMENT, type RecognisedError, recognise, USE_LABEL, USE_LABEL_VALUE } from "../../chain";
import type { Evidence } from "./document";

/** Of a pod as it runs, not as a program declares it. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables of its containers; what is taken from elsewhere has an empty value. */
  readonly env: Readonly<Record<string, string>>;
  /** Reasons and messages of its containers and events. */
  readonly messages: readonly string[];
}

const texts = z.record(z.string(), z.string()).nullish();
const container = z.looseObject({ env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).nullish() });
const podShape = z.looseObject({
  kind: z.literal("Pod"),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().default("default"), labels: texts }),
  spec: z.looseObject({ serviceAccountName: z.string().default("default"), containers: z.array(container) }),
  status: z.unknown().optional(),
});

export type PodObject = z.infer<typeof podShape>;

export function isPodObject(value: unknown): value is PodObject {
  return podShape.safeParse(value).success;
}

export function podFactsOf(value: PodObject): PodFacts {
  const { metadata, spec, status } = podShape.parse(value);
  const variables = spec.containers.flatMap(({ env }) => env ?? []).map(({ name, value: given = "" }) => [name, given]);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    serviceAccount: spec.serviceAccountName,
    labels: metadata.labels ?? {},
    env: Object.fromEntries(variables),
    messages: waiting(status),
  };
}

const statusShape = z.looseObject({
  containerStatuses: z
    .array(
      z.looseObject({
        state: z
          .looseObject({ waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional() })
          .optional(),
      }),
    )
    .nullish(),
});

function waiting(status: unknown): string[] {
  const { data } = statusShape.safeParse(status);
  return (data?.containerStatuses ?? []).flatMap(({ state }) => {
    const { reason, message } = state?.waiting ?? {};
    return reason === undefined ? [] : [`${reason}: ${message ?? ""}`];
  });
}

/** `asked`: the pod is what somebody asks about; of several, those without the label are hardly meant. */
export function podErrors(pod: PodFacts, asked: boolean): readonly Evidence[] {
  const { namespace, name, serviceAccount } = pod;
  const place = { pod: `${namespace}/${name}`, serviceAccount: `${namespace}/${serviceAccount}` };
  const errors: readonly RecognisedError[] = recognise(pod.messages.join("\n")).errors;
  const identity = identityError(pod, asked);
  return [
    ...(identity === undefined
      ? []
      : [
          {
            code: identity.code,
            presented: { ...place, label: pod.labels[USE_LABEL] ?? "none", ...clientId(pod) },
            lines: 1,
            firstLine: 0,
            mistakes: identity.mistakes,
            seen: identity.seen,
          },
        ]),
    ...errors.map((error) => ({ ...error, firstLine: 0, presented: { ...place, ...error.presented } })),
  ];
}

interface IdentityError {
  readonly code: "PodNotMutated" | "ClientIdNotInjected";
  readonly mistakes: readonly EntryId[];
  readonly seen: string;
}

function identityError({ namespace, name, serviceAccount, labels, env }: PodFacts, asked: boolean): IdentityError | undefined {
  const place = `pod ${namespace}/${name}`;
  const label = labels[USE_LABEL];
  const mutated = env[POD_ENVIRONMENT.tokenFile] !== undefined;
  if (label === undefined && !asked) return undefined;
  if (label !== USE_LABEL_VALUE && !mutated) {
    const seen = label === undefined ? `has no label ${USE_LABEL}` : `has the label ${USE_LABEL} with the value "${label}"`;
    return { code: "PodNotMutated", mistakes: ["WI006"], seen: `${place} ${seen}` };
  }
  if (!mutated)
    return {
      code: "PodNotMutated",
      mistakes: ["WI193", "WI007", "WI015"],
      seen: `${place} has the label and lacks ${POD_ENVIRONMENT.tokenFile}`,
    };
  if (env[POD_ENVIRONMENT.clientId] !== undefined) return undefined;
  return {
    code: "ClientIdNotInjected",
    mistakes: serviceAccount === "default" ? ["WI017", "WI010"] : ["WI010"],
    seen: `${place} uses the ServiceAccount ${serviceAccount} and lacks ${POD_ENVIRONMENT.clientId}`,
  };
}

function clientId({ env }: PodFacts): { clientId?: string } {
  const value = env[POD_ENVIRONMENT.clientId];
  return value === undefined || value === "" ? {} : { clientId: value };
}
