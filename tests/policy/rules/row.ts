// What each rule is tried with: three programs that differ in one value, and how to change that value in a right program.
import { CLIENT_ID_ANNOTATION, ROLES } from "../../../chain";
import { UNKNOWN } from "../../../policy/plan/planned";
import { type Part, type PlanAdditions, type PlanChanges, type Planned, RIGHT, TEMPLATE, TYPES } from "../plannedChain";

export interface Program {
  readonly changes?: PlanChanges;
  readonly more?: PlanAdditions;
}

export interface Row {
  readonly wrong: Program;
  /** The one thing that is said of it, and by this rule alone. */
  readonly says: readonly [resource: string, property: string, actual: string];
  /** The nearest one that works: nothing is said. */
  readonly right: Program;
  /** The same, where what decides is not known yet: nothing is said. */
  readonly unknown: readonly [Program, ...Program[]];
}
/** By the rule's id. */
export type Rows = Readonly<Record<`WI${string}`, Row>>;

export const GUID = "99999999-9999-4999-8999-999999999999";
export const ISSUER = `https://westeurope.oic.prod-aks.azure.com/${GUID}/${GUID}/`;
export const SUBJECT = "system:serviceaccount:web:orders";
/** What Azure says of an identity that is there already. */
export const IDS = {
  clientId: "11111111-1111-4111-8111-111111111111",
  principalId: "22222222-2222-4222-8222-222222222222",
  tenantId: "33333333-3333-4333-8333-333333333333",
} as const;
export const EXISTING: Partial<Planned> = { outputs: IDS };

/** As a violation names it. */
export const nameOf = (part: Part) => `${TYPES[part]}::${part}`;
export const template = (change: object) => ({ inputs: { spec: { template: { ...TEMPLATE, ...change } } } });
export const podSpec = (change: object) => template({ spec: { ...TEMPLATE.spec, ...change } });
/** A pod that is told these variables alone. */
export const told = (env: unknown) => podSpec({ containers: [{ name: "app", env }] });
/** A pod that is told these beside its vault and secret. */
export const toldToo = (...entries: readonly object[]) =>
  podSpec({ containers: TEMPLATE.spec.containers.map((container) => ({ ...container, env: [...container.env, ...entries] })) });
/** The ServiceAccount with these annotations, made of values of these parts. */
export const annotated = (annotations: unknown, from: readonly string[] = ["namespace", "identity"]) => ({
  inputs: { metadata: { name: "orders", namespace: UNKNOWN, annotations } },
  from: { metadata: from },
});
/** The same with this client id. */
export const named = (clientId: string, from: readonly string[] = ["namespace"]) =>
  annotated({ [CLIENT_ID_ANNOTATION]: clientId }, from);
/** The same with one annotation more. */
export const annotatedToo = (more: object) => annotated({ [CLIENT_ID_ANNOTATION]: UNKNOWN, ...more });
export const roleId = (role: keyof typeof ROLES) => `/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role].id}`;
/** An input of a part, with the parts that its value comes from: none, where the program says it itself or takes it from elsewhere. */
export const given = (input: string, value: unknown, ...from: readonly string[]) => ({
  inputs: { [input]: value },
  from: { [input]: from },
});
/** A further resource as the right part is, with some inputs changed. */
export const another = (part: Part, { inputs = {}, from = {}, ...rest }: Partial<Planned> = {}) => ({
  ...RIGHT[part],
  ...rest,
  type: TYPES[part],
  inputs: { ...RIGHT[part].inputs, ...inputs },
  from: { ...RIGHT[part].from, ...from },
});
export const OTHERS = {
  identity: { other: another("identity", { inputs: { resourceName: "id-other" } }) },
  vault: { other: another("vault", { inputs: { vaultName: "kv-other" } }) },
  cluster: { other: another("cluster", { inputs: { resourceName: "aks-other" } }) },
};
/** A vault that decides by access policies, with this many equal ones. */
export const byPolicies = (secrets: unknown, from: readonly string[] = ["identity"], count = 1) => ({
  inputs: {
    properties: {
      enableRbacAuthorization: false,
      accessPolicies: Array(count).fill({ tenantId: UNKNOWN, objectId: UNKNOWN, permissions: { secrets } }),
    },
  },
  from: { properties: from },
});
