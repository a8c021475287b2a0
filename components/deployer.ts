// Who runs this deployment, and what kind of principal that is: a role assignment with the wrong kind is refused.
import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { PrincipalType } from "./roleAssignment";

/** A principal that administers a cluster. */
export interface ClusterAdmin {
  /** Object id in Microsoft Entra ID: of a service principal its own, not its application's. Changing it replaces the assignment. */
  objectId: pulumi.Input<string>;
  /** Kind of the principal. Azure refuses an assignment with the wrong one. */
  principalType: pulumi.Input<PrincipalType>;
}

/** The principal that Pulumi is signed in to Azure as, asked anew in every run. */
export function currentDeployer(): ClusterAdmin {
  const { token } = authorization.getClientTokenOutput({ endpoint: "https://management.azure.com" });
  return {
    objectId: authorization.getClientConfigOutput().objectId,
    // The token itself stays a secret and in memory: only one word of it goes on.
    principalType: pulumi.unsecret(token.apply(principalTypeOf)),
  };
}

/** The Entra tenant that Pulumi is signed in to. */
export function currentTenantId(): pulumi.Output<string> {
  return authorization.getClientConfigOutput().tenantId;
}

const claimsShape = z.looseObject({
  idtyp: z.string().optional(),
  upn: z.string().optional(),
  unique_name: z.string().optional(),
});

/** The kind of principal that an access token was issued to. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
export function principalTypeOf(token: string): PrincipalType {
  const claims = claimsOf(token);
  if (claims.idtyp !== undefined) return claims.idtyp === "user" ? PrincipalType.User : PrincipalType.ServicePrincipal;
  return claims.upn !== undefined || claims.unique_name !== undefined ? PrincipalType.User : PrincipalType.ServicePrincipal;
}

function claimsOf(token: string): z.infer<typeof claimsShape> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return claimsShape.parse(payload);
  } catch {
    return {}; // Entra ID may change the form of its tokens at any time: then nothing speaks for a person.
  }
}
