// Follows the chain of one pod link by link and says at each what is expected, what is found, and which resource to change.
import { checkAnyRole } from "./checkAnyRole";
import { checkBlobs } from "./checkBlobs";
import { checkIdentity } from "./checkIdentity";
import { checkPodSettings } from "./checkPod";
import { checkRoleList } from "./checkRoleList";
import { checkVault } from "./checkVault";
import type { ChainModel, Finding, IdentityInModel, PodLink, ServiceAccountLink } from "./model";

export interface LinkCheck {
  readonly link: string;
  readonly expected: string;
  readonly found: string;
  /** Absent where the link holds. */
  readonly finding?: Finding;
}

/** What a check looks at: a pod with those of its containers that go by one client id. */
export interface PodContext {
  readonly model: ChainModel;
  readonly pod: PodLink;
  readonly serviceAccount: ServiceAccountLink | undefined;
  /** The identity that the ServiceAccount or the container names, or else the one that trusts it: what the pod is meant to be. */
  readonly identity: IdentityInModel | undefined;
}

/** All links of a pod, from its label to what it reads. A link whose premise is missing is left out: one mistake, one finding. */
export function checkPod(model: ChainModel, pod: PodLink): readonly LinkCheck[] {
  const settings = checkPodSettings(model, pod);
  const { checks, contexts } = checkIdentity(model, pod);
  return [
    ...settings,
    ...checks,
    ...contexts.flatMap((context) => [
      ...checkVault(context),
      ...checkBlobs(context),
      ...checkRoleList(context),
      ...checkAnyRole(context),
    ]),
  ];
}
