// What a web application's arguments must keep.
import { APP_ENVIRONMENT, asRuleSays, RULES as CHAIN_RULES, NAME_RULES, POD_ENVIRONMENT } from "../chain";
import type { FederatedAccount } from "./podIdentity";
import { APP_CONTAINER, DEFAULT_PORT } from "./podTemplate";
import { RANGES, RULES } from "./rules";
import { checkInteger, checkName, checkText, mistake, type Place } from "./validate";
import type { WebAppArgs } from "./webApp";
import { ServiceAccess } from "./webAppSurroundings";

/** The variables that the chain itself sets. */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  ...Object.values(APP_ENVIRONMENT),
  ...Object.values(POD_ENVIRONMENT),
]);

/** Throws for what cannot work; returns the ServiceAccount that the pods use. */
export function validateWebApp(place: Place, args: WebAppArgs, accountKey: string): FederatedAccount {
  const { autoscale, replicas, allowedClientRanges = [] } = args;
  checkName(place, "the component's name", NAME_RULES.workload, place.name);
  checkInteger(place, "port", RANGES.port, args.port);
  checkInteger(place, "metricsPort", RANGES.port, args.metricsPort);
  if (args.metricsPort === (args.port ?? DEFAULT_PORT))
    throw mistake(place, "metricsPort", "another port than port", args.metricsPort, RANGES.port.url);
  checkInteger(place, "replicas", RANGES.replicas, replicas);
  checkInteger(place, "autoscale.maxReplicas", { ...RANGES.replicas, min: replicas }, autoscale?.maxReplicas);
  checkInteger(place, "autoscale.cpuPercent", RANGES.cpuPercent, autoscale?.cpuPercent);
  checkText(place, "livenessPath", RULES.httpPath, args.livenessPath || undefined);
  checkText(place, "readinessPath", RULES.httpPath, args.readinessPath || undefined);
  checkInteger(place, "tokenExpirationSeconds", RANGES.tokenExpirationSeconds, args.tokenExpirationSeconds);
  for (const container of args.skipContainers ?? []) {
    checkName(place, "skipContainers", NAME_RULES.namespace, container);
    if (container === APP_CONTAINER)
      throw mistake(place, "skipContainers", asRuleSays("WI015"), container, CHAIN_RULES.WI015.source);
  }
  for (const variable of Object.keys(args.environment ?? {})) {
    checkText(place, "a key of environment", RULES.variableName, variable);
    if (RESERVED_VARIABLES.has(variable))
      throw mistake(place, "a key of environment", "none that the chain sets itself", variable, RULES.variableName.url);
  }
  for (const range of allowedClientRanges) checkText(place, "allowedClientRanges", RULES.addressRange, range);
  if (args.serviceAccess === ServiceAccess.None && allowedClientRanges.length > 0)
    throw mistake(place, "allowedClientRanges", "empty without a Service", allowedClientRanges, RULES.addressRange.url);
  const account = args.identity.accounts[accountKey];
  if (account === undefined) {
    const known = Object.keys(args.identity.accounts).join(", ");
    throw mistake(
      place,
      "account",
      `one of the identity's: ${known}`,
      accountKey,
      "https://kubernetes.io/docs/concepts/security/service-accounts/",
    );
  }
  return account;
}
