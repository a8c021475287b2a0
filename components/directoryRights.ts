// A deployer without rights in the directory: the provider's own words do not say which rights, nor that no role in the subscription gives them.
import * as pulumi from "@pulumi/pulumi";

const DENIED = /Authorization_RequestDenied|Insufficient privileges/i;

/** What Graph's refusal means, or undefined for another error. https://learn.microsoft.com/graph/permissions-reference */
export function meaningOf(errors: readonly string[]): string | undefined {
  if (!errors.some((error) => DENIED.test(error))) return undefined;
  return (
    "Microsoft Graph does not let you write applications, which identityKind application needs; no role in the subscription gives this right. " +
    "A pipeline needs the application permission Application.ReadWrite.OwnedBy with an administrator's consent, a person the directory role Application " +
    "Developer (or the tenant's setting that users can register applications). With identityKind managed none is needed. " +
    "See https://learn.microsoft.com/entra/identity-platform/howto-create-service-principal-portal#permissions-required-for-registering-an-app"
  );
}

let hooks = 0;

/** A hook that explains the refusal beside the provider's message, and leaves every other error as it is. It never tries again. */
export function explainedRefusal(name: string): pulumi.ErrorHook {
  // Hooks are known by name in the whole program.
  hooks += 1;
  return new pulumi.ErrorHook(`${name}-directory-rights-${hooks}`, async ({ errors }) => {
    const meaning = meaningOf(errors);
    if (meaning !== undefined) await pulumi.log.error(meaning);
    return false;
  });
}
