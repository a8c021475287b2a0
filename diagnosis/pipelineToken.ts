// The token that a pipeline is trusted for, from where the azure-native provider takes it: ARM_OIDC_TOKEN, a file, or GitHub Actions.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { AUDIENCE } from "../chain";
import { UsageError } from "../rehearsal/usageError";

export interface PipelineToken {
  /** In words: "the token in ARM_OIDC_TOKEN". */
  readonly from: string;
  /** Reads it anew each time: a file's may have been replaced. */
  read(): Promise<string>;
}

/** A setting by its config key, and the variables that stand in for it; empty where neither is set. */
export type Setting = (key: string, ...variables: readonly string[]) => string;

const answerShape = z.looseObject({ value: z.string().min(1) });
const LIMIT_SECONDS = 20;
const GITHUB = "https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-azure";

/** Throws a `UsageError` where none of them is set; reading throws one where it cannot be read. */
export function pipelineToken(setting: Setting): PipelineToken {
  const token = setting("oidcToken", "ARM_OIDC_TOKEN");
  if (token !== "") return { from: "the token in ARM_OIDC_TOKEN", read: async () => token };
  const file = setting("oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH");
  if (file !== "") return { from: "the token in the file of ARM_OIDC_TOKEN_FILE_PATH", read: () => fromFile(file) };
  const url = setting("oidcRequestUrl", "ACTIONS_ID_TOKEN_REQUEST_URL");
  const bearer = setting("oidcRequestToken", "ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  const audience = setting("oidcAudience", "ARM_OIDC_AUDIENCE") || AUDIENCE;
  if (url !== "" && bearer !== "") return { from: "a token of GitHub Actions", read: () => fromGithub(url, bearer, audience) };
  throw new UsageError(
    "ARM_USE_OIDC is true, and there is no token: ARM_OIDC_TOKEN, ARM_OIDC_TOKEN_FILE_PATH and ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set",
    `set one of them; in GitHub Actions give the job the permission id-token: write, see ${GITHUB}`,
  );
}

async function fromFile(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    throw new UsageError(
      `the token file of ARM_OIDC_TOKEN_FILE_PATH cannot be read: ${file} (${code})`,
      "name the file that holds the token",
    );
  }
}

async function fromGithub(url: string, bearer: string, audience: string): Promise<string> {
  if (!URL.canParse(url)) throw new UsageError(`ACTIONS_ID_TOKEN_REQUEST_URL is no URL`, `GitHub Actions sets it, see ${GITHUB}`);
  const asked = new URL(url);
  asked.searchParams.set("audience", audience);
  const headers = { authorization: `Bearer ${bearer}`, accept: "application/json" };
  const answer = await fetch(asked, { headers, signal: AbortSignal.timeout(LIMIT_SECONDS * 1000) }).catch((error: unknown) => {
    throw new UsageError(`GitHub Actions gave no token: ${error instanceof Error ? error.message : error}`, `see ${GITHUB}`);
  });
  const parsed = answer.ok ? answerShape.safeParse(await answer.json().catch(() => undefined)) : undefined;
  if (parsed?.success === true) return parsed.data.value;
  throw new UsageError(
    `GitHub Actions gave no token: its answer was ${answer.status}`,
    `give the job the permission id-token: write, see ${GITHUB}`,
  );
}
