import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { plainText } from "../../app/src/errorTexts";
import { type Refusal, refusalOf } from "../../app/src/refusal";
import type { Answer, Failure, Goal } from "../../app/src/source";
import { unsignedToken } from "./fixtures";

const SECRET = "the value that nobody may print";

function named(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name }, fields);
}

/** As WorkloadIdentityCredential throws it. */
function entraError(code: number, text: string): Error {
  const description = `AADSTS${code}: ${text} Trace ID: 1 Correlation ID: 2 Timestamp: 3`;
  const cause = named("ServerError", description, { errorCode: "invalid_client", errorNo: code });
  const message = `invalid_client: Error(s): ${code} - Timestamp: 3 - Description: ${description} - Correlation ID: 2 - Trace ID: 1`;
  return named("AuthenticationRequiredError", message, { cause });
}

/** As SecretClient throws it. */
function vaultError(statusCode: number, error: object): Error {
  const { code, message } = { code: "", message: "", ...error };
  return named("RestError", message, { code, statusCode, details: { error } });
}

const atExchange = (error: unknown, answer?: Answer): Failure => ({ goal: "secret", atExchange: true, error, answer });
const atSecret = (error: unknown, answer?: Answer): Failure => ({ goal: "secret", atExchange: false, error, answer });
const answered = (status: number): Answer => ({ status, retryAfterMs: undefined });

describe("A refusal by Entra ID", () => {
  for (const [code, link] of [
    [700211, "issuer"],
    [700212, "audience"],
    [700213, "subject"],
    [7002138, "subject"],
    [7002137, "subject"],
    [70025, "token exchange"],
    [700016, "token exchange"],
    [90002, "token exchange"],
    [700024, "token exchange"],
    [7000272, "token exchange"],
    [50166, "token exchange"],
    [50027, "token exchange"],
    [999999, "token exchange"],
  ] as const) {
    it(`AADSTS${code} breaks the link "${link}", with its text and without its trace`, () => {
      deepStrictEqual(refusalOf(atExchange(entraError(code, "What is wrong."), answered(400))), {
        link,
        code: `AADSTS${code}`,
        found: "What is wrong.",
      });
    });
  }

  it("is found in an aggregate too", () => {
    const error = named("AggregateAuthenticationError", "ChainedTokenCredential authentication failed.", {
      errors: [named("CredentialUnavailableError", "no"), entraError(700213, "Wrong.")],
    });
    strictEqual(refusalOf(atExchange(error, answered(400))).code, "AADSTS700213");
  });

  it("with 429 or 5xx names no fault of the chain, whatever its text says", () => {
    const error = entraError(90033, "A transient error has occurred.");
    deepStrictEqual(refusalOf(atExchange(error, answered(503))), {
      link: "token exchange",
      code: "ServiceUnavailable",
      found: "HTTP 503",
    });
    strictEqual(refusalOf(atExchange(error, answered(429))).code, "Throttled");
  });

  it("that MSAL only remembers is the refusal before it", () => {
    const previous: Refusal = { link: "token exchange", code: "Throttled", found: "HTTP 429" };
    strictEqual(refusalOf(atExchange(named("ServerError", "AADSTS90055: remembered")), previous), previous);
    strictEqual(refusalOf(atExchange(named("RestError", "x", { code: "ECONNRESET" })), previous).found, "no answer (ECONNRESET)");
  });

  it("that never happened, since the vault has another tenant, breaks the secret's link", () => {
    const tenant = "99999999-9999-4999-8999-999999999999";
    const message =
      `The current credential is not configured to acquire tokens for tenant ${tenant}. ` +
      "To enable acquiring tokens for this tenant add it to the AdditionallyAllowedTenants on the credential options.";
    deepStrictEqual(refusalOf(atExchange(named("CredentialUnavailableError", message))), {
      link: "secret",
      code: "VaultTenantMismatch",
      found: `a vault of tenant ${tenant}`,
    });
  });
});

describe("A refusal by Key Vault", () => {
  it("for want of a role names the caller", () => {
    const message =
      "Caller is not authorized to perform action on resource.\r\nIf role assignments were changed recently, please observe propagation time.\r\n" +
      "Caller: appid=aaaa;oid=bbbb;iss=https://sts.windows.net/cccc/\r\nAction: 'get'\r\nAssignment: (not found)\r\n";
    const error = vaultError(403, { code: "Forbidden", message, innerError: { code: "ForbiddenByRbac" } });
    deepStrictEqual(refusalOf(atSecret(error, answered(403))), {
      link: "secret",
      code: "ForbiddenByRbac",
      found: "caller appid aaaa, oid bbbb",
    });
  });

  for (const [error, status, code] of [
    [{ code: "SecretNotFound", message: "A secret was not found." }, 404, "SecretNotFound"],
    [{ code: "Forbidden", message: "Disabled.", innerError: { code: "SecretDisabled" } }, 403, "SecretDisabled"],
    [{ code: "Forbidden", message: "Policy.", innerError: { code: "AccessDenied" } }, 403, "AccessDenied"],
    [{ code: "Forbidden", message: "Address.", innerError: { code: "ForbiddenByFirewall" } }, 403, "ForbiddenByFirewall"],
    [{ code: "HostNotInRehearsal", message: "HostNotFound: no such vault" }, 403, "HostNotFound"],
    [{ code: "BadParameter", message: "api-version" }, 400, "BadParameter"],
  ] as const) {
    it(`shows the most precise code that it gives: ${code}`, () => {
      const refusal = refusalOf(atSecret(vaultError(status, error), answered(status)));
      deepStrictEqual(refusal, { link: "secret", code, found: error.message });
    });
  }

  it("is throttling or a failing service by its status, whatever its body says", () => {
    const error = vaultError(429, { code: "SecretNotFound", message: "x" });
    deepStrictEqual(refusalOf(atSecret(error, answered(429))), { link: "secret", code: "Throttled", found: "HTTP 429" });
    strictEqual(refusalOf(atSecret(error, answered(503))).code, "ServiceUnavailable");
  });

  for (const [code, expected, found] of [
    ["ENOTFOUND", "HostNotFound", "no such host"],
    ["EAI_AGAIN", "ServiceUnavailable", "no answer (EAI_AGAIN)"],
    ["ECONNREFUSED", "ServiceUnavailable", "no answer (ECONNREFUSED)"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ServiceUnavailable", "no answer (UNABLE_TO_VERIFY_LEAF_SIGNATURE)"],
  ] as const) {
    it(`that is no answer at all (${code}) is ${expected}`, () => {
      deepStrictEqual(refusalOf(atSecret(named("RestError", "x", { code }))), { link: "secret", code: expected, found });
    });
  }

  it("that comes too late says so", () => {
    const refusal = refusalOf(atSecret(new DOMException("The operation was aborted due to timeout", "TimeoutError")));
    deepStrictEqual(refusal, { link: "secret", code: "ServiceUnavailable", found: "no answer in time" });
  });

  it("never passes on an answer that the SDK could not read", () => {
    for (const error of [
      named("RestError", `Error "SyntaxError" occurred while parsing the response body - {"value":"${SECRET}`, {
        code: "PARSE_ERROR",
      }),
      named("RestError", `{"value":"${SECRET}"}`, { code: SECRET, details: { error: { code: SECRET } } }),
      named("RestError", SECRET, { details: { value: SECRET } }),
      new Error(SECRET),
      SECRET,
      null,
    ]) {
      const refusal = refusalOf(atSecret(error, answered(200)));
      deepStrictEqual(refusal, {
        link: "secret",
        code: "ServiceUnavailable",
        found: "HTTP 200 with an answer that cannot be read",
      });
    }
  });
});

describe("A refusal by Storage or Resource Manager", () => {
  const refusedBy = (goal: Goal, status: number, details: object, message = "") =>
    refusalOf({ goal, atExchange: false, error: named("RestError", message, { details }), answer: answered(status) });
  const TEXT = "This request is not authorized.";

  it("has Storage's code and sentence, without the number of the request", () => {
    const details = { errorCode: "AuthorizationPermissionMismatch", code: "AuthorizationPermissionMismatch" };
    const message = `${TEXT}\nRequestId:e5ea566c-101e-001c-1ec4-acf180000000\nTime:2026-03-05T17:24:34.6688015Z`;
    deepStrictEqual(refusedBy("blobs", 403, { ...details, message }), {
      link: "blobs",
      code: "AuthorizationPermissionMismatch",
      found: TEXT,
    });
  });

  it("has the code of a header where there is no body", () => {
    deepStrictEqual(refusedBy("blobs", 404, { errorCode: "ContainerNotFound" }), { link: "blobs", code: "ContainerNotFound" });
  });

  it("shows codes that the table does not know", () => {
    strictEqual(refusedBy("blobs", 403, { errorCode: "AuthorizationFailure", message: TEXT }).code, "AuthorizationFailure");
  });

  it("has Resource Manager's code and sentence", () => {
    const error = { code: "AuthorizationFailed", message: "The client 'a' with object id 'b' does not have authorization." };
    deepStrictEqual(refusedBy("roles", 403, { error }), { link: "roles", code: "AuthorizationFailed", found: error.message });
  });

  it("breaks the link of what was read, also if its host or its tenant is wrong", () => {
    const failed = (goal: Goal, atExchange: boolean, error: unknown) => refusalOf({ goal, atExchange, error, answer: undefined });
    deepStrictEqual(failed("blobs", false, named("RestError", "x", { code: "ENOTFOUND" })), {
      link: "blobs",
      code: "HostNotFound",
      found: "no such host",
    });
    const message = "The current credential is not configured to acquire tokens for tenant abc.";
    deepStrictEqual(failed("blobs", true, named("CredentialUnavailableError", message)), {
      link: "blobs",
      code: "InvalidAuthenticationInfo",
      found: "a storage account of tenant abc",
    });
  });

  it("never passes on a success that the SDK could not read", () => {
    const details = { error: { code: "Value", message: SECRET }, code: "Value", message: SECRET };
    deepStrictEqual(refusedBy("blobs", 200, details, SECRET), {
      link: "blobs",
      code: "ServiceUnavailable",
      found: "HTTP 200 with an answer that cannot be read",
    });
  });
});

describe("A text from outside", () => {
  it("is one line, at most 300 characters, without control characters", () => {
    strictEqual(plainText("one\r\ntwo\u0000\u001b[31mred"), "one two [31mred");
    strictEqual(plainText("x".repeat(1000)).length, 301);
  });

  it("loses whatever looks like a token", () => {
    const token = unsignedToken({ sub: "someone" });
    strictEqual(plainText(`refused: ${token}.`), "refused: [token]");
    ok(!plainText(`cut ${token.slice(0, 40)}`).includes(token.slice(0, 20)));
  });
});
