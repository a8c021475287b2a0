import { deepStrictEqual, strictEqual } from "node:assert";
import { Chain, type ChainOptions } from "../../app/src/chain";
import { neverRead } from "../../app/src/chainState";
import type { Clock } from "../../app/src/clock";
import type { SecretProof } from "../../app/src/keyVault";
import { NOT_YET } from "../../app/src/reading";
import type { Source, Try } from "../../app/src/source";
import { configOf } from "./fixtures";

const PROOF: SecretProof = { name: "greeting", version: "v1", length: 5, fingerprint: "01234567" };
const READ: Try<SecretProof> = { exchanged: true, value: PROOF };

function refused(status: number, retryAfterMs?: number): Try<SecretProof> {
  return {
    exchanged: true,
    failure: { goal: "secret", atExchange: false, error: new Error("x"), answer: { status, retryAfterMs } },
  };
}

/** Time that passes only when the chain waits; the chain ends when the tries are used up. */
async function run(tries: readonly Try<SecretProof>[], changes: Partial<ChainOptions> = {}) {
  const waits: number[] = [];
  const logged: string[] = [];
  let time = 0;
  const left = [...tries];
  const clock: Clock = {
    now: () => time,
    wait: async (ms) => {
      waits.push(ms);
      time += ms;
      if (left.length === 0) chain.stop();
    },
  };
  const source: Source<SecretProof> = { read: async () => left.shift() ?? READ };
  const chain = new Chain({
    config: configOf(),
    log: (level, event, fields) => logged.push(JSON.stringify({ level, event, ...fields })),
    open: async () => ({ secret: source, blobs: undefined, roles: undefined }),
    clock,
    ...changes,
  });
  await chain.run();
  return { chain, waits, logged };
}

describe("The chain", () => {
  it("has not worked before the first answer", () => {
    const chain = new Chain({ config: configOf(), log: () => undefined, open: () => new Promise(() => undefined) });
    deepStrictEqual(chain.state, {
      exchanged: false,
      secret: { working: false, refusal: undefined, last: undefined, nextTryAt: undefined },
      blobs: undefined,
      roles: undefined,
    });
  });

  it("reads a working secret again once a minute, and logs it once for each version", async () => {
    const { chain, waits, logged } = await run([READ, READ, { exchanged: true, value: { ...PROOF, version: "v2" } }]);
    deepStrictEqual(waits, [60_000, 60_000, 60_000]);
    deepStrictEqual(
      logged.map((line) => JSON.parse(line).version),
      ["v1", "v2"],
    );
    deepStrictEqual(chain.state.secret.last, { ...PROOF, version: "v2", readAt: 120_000 });
    deepStrictEqual([...chain.tries], [["ok", 3]]);
  });

  it("tries again after 1, 2 and 4 seconds, and from 1 second again after a success", async () => {
    const { waits, chain } = await run([refused(503), refused(503), refused(503), READ, refused(503)]);
    deepStrictEqual(waits, [1000, 2000, 4000, 60_000, 1000]);
    deepStrictEqual(
      [...chain.tries],
      [
        ["ServiceUnavailable", 4],
        ["ok", 1],
      ],
    );
  });

  it("waits as long as a service asks", async () => {
    const { waits, chain } = await run([refused(429, 30_000)]);
    deepStrictEqual(waits, [30_000]);
    strictEqual(chain.state.secret.refusal?.code, "Throttled");
    strictEqual(chain.state.secret.nextTryAt, 30_000);
  });

  it("keeps the last good proof through an outage", async () => {
    const { chain } = await run([READ, refused(503)]);
    strictEqual(chain.state.secret.working, false);
    deepStrictEqual(chain.state.secret.last, { ...PROOF, readAt: 0 });
  });

  it("asks nothing in a pod that the webhook did not touch, and does not try again", async () => {
    const config = configOf({
      KUBERNETES_SERVICE_HOST: "10.0.0.1",
      AZURE_CLIENT_ID: undefined,
      AZURE_TENANT_ID: undefined,
      AZURE_FEDERATED_TOKEN_FILE: undefined,
      AZURE_AUTHORITY_HOST: undefined,
    });
    const open = () => Promise.reject(new Error("asked"));
    const { chain, waits } = await run([], { config, open });
    deepStrictEqual(chain.state.secret.refusal, {
      link: "pod",
      code: "PodNotMutated",
      found: "not set: AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE, AZURE_AUTHORITY_HOST",
    });
    deepStrictEqual([waits, chain.state.secret.nextTryAt], [[], undefined]);
  });

  it("tells a missing client id from a missing mutation", async () => {
    const { chain } = await run([], { config: configOf({ AZURE_CLIENT_ID: undefined }) });
    deepStrictEqual(chain.state.secret.refusal, { link: "pod", code: "ClientIdNotInjected", found: "not set: AZURE_CLIENT_ID" });
  });

  it("blames the pod if Entra ID was not heard and the token file cannot be read", async () => {
    const { chain } = await run([
      { exchanged: false, failure: { goal: "secret", atExchange: true, error: new Error("ENOENT"), answer: undefined } },
    ]);
    deepStrictEqual(chain.state.secret.refusal, {
      link: "pod",
      code: "TokenFileMissing",
      found: "/nowhere/azure-identity-token cannot be read (ENOENT)",
    });
  });

  it("asks for a sign-in outside a cluster", async () => {
    const config = configOf({ AZURE_FEDERATED_TOKEN_FILE: undefined });
    const failure = { goal: "secret", atExchange: true, error: new Error("az not found"), answer: undefined } as const;
    const { chain } = await run([{ exchanged: false, failure }], { config });
    strictEqual(chain.state.secret.refusal?.found, "no local sign-in: run az login or azd auth login");
  });

  it("shows settings that the SDK refuses, and does not try again", async () => {
    const { chain, waits } = await run([], { open: () => Promise.reject(new Error("Invalid tenant id provided.")) });
    deepStrictEqual(chain.state.secret.refusal, {
      link: "token exchange",
      code: "Unexplained",
      found: "Invalid tenant id provided.",
    });
    deepStrictEqual(waits, []);
  });

  describe("with blobs and roles", () => {
    const EVERYTHING = {
      BLOB_ENDPOINT: "https://stweb.blob.core.windows.net/",
      BLOB_CONTAINER: "documents",
      ROLE_LIST_SCOPE: "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-web",
      ROLE_LIST_PRINCIPAL: "55555555-5555-4555-8555-555555555555",
    };
    const blobsRead = { exchanged: true, value: { container: "documents" } } as const;
    const rolesRead = { exchanged: true, value: { roles: [] } } as const;
    /** The order in which things were read, until `count` were. */
    async function readings(
      count: number,
      secret: readonly Try<SecretProof>[],
      changes: Record<string, string | undefined> = {},
    ) {
      const order: string[] = [];
      const left = [...secret];
      let time = 0;
      const told = <T>(goal: string, tried: Try<T>) => {
        order.push(goal);
        if (order.length >= count) chain.stop();
        return tried;
      };
      const chain = new Chain({
        config: configOf({ ...EVERYTHING, ...changes }),
        log: () => undefined,
        open: async () => ({
          secret: { read: async () => told("secret", left.shift() ?? READ) },
          blobs: async () => ({ read: async () => told("blobs", blobsRead) }),
          roles: async () => ({ read: async () => told("roles", rolesRead) }),
        }),
        clock: {
          now: () => time,
          wait: async (ms) => {
            time += ms;
            await new Promise((resolve) => setImmediate(resolve));
          },
        },
      });
      await chain.run();
      return { order, chain };
    }
    const noToken: Try<SecretProof> = {
      exchanged: false,
      failure: { goal: "secret", atExchange: true, error: new Error("x"), answer: { status: 400, retryAfterMs: undefined } },
    };

    it("waits two seconds for a new list of roles, and no longer", async () => {
      const waits: number[] = [];
      const { promise: read, resolve: wasRead } = Promise.withResolvers<void>();
      let reads = 0;
      let time = 0;
      const chain = new Chain({
        config: configOf(EVERYTHING),
        log: () => undefined,
        open: async () => ({
          secret: { read: async () => READ },
          blobs: undefined,
          roles: async () => ({
            read: () => {
              reads += 1;
              return reads === 1 ? Promise.resolve(rolesRead) : new Promise(() => undefined);
            },
          }),
        }),
        clock: {
          now: () => time,
          // The waits of the readings themselves never end; the patience of who asks does at once.
          wait: (ms, signal) => {
            waits.push(ms);
            if (ms !== 60_000) return Promise.resolve();
            if (chain.state.roles?.last !== undefined) wasRead();
            return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
          },
        },
      });
      void chain.run();
      await read;
      await chain.freshen();
      deepStrictEqual([reads, waits], [1, [60_000, 60_000]]);
      time += 1000;
      await chain.freshen();
      deepStrictEqual([reads, waits], [2, [60_000, 60_000, 2000]]);
      chain.stop();
    });

    it("tries nothing but the secret until there is a token", async () => {
      const { order } = await readings(5, [noToken, noToken]);
      deepStrictEqual(order.slice(0, 3), ["secret", "secret", "secret"]);
      deepStrictEqual(order.slice(3).sort(), ["blobs", "roles"]);
    });

    it("goes on to them although the secret itself is refused", async () => {
      const { order } = await readings(3, [refused(403)]);
      deepStrictEqual(order.sort(), ["blobs", "roles", "secret"]);
    });

    it("does not wait for a token where an emulator stands for the account", async () => {
      const { order } = await readings(2, [noToken, noToken], {
        AZURE_FEDERATED_TOKEN_FILE: undefined,
        AZURE_STORAGE_CONNECTION_STRING: "UseDevelopmentStorage=true",
      });
      deepStrictEqual(order, ["secret", "blobs"]);
    });

    it("has read everything only when each was read once", async () => {
      const { chain } = await readings(6, []);
      deepStrictEqual(neverRead(chain.state), []);
      deepStrictEqual(neverRead({ ...chain.state, roles: NOT_YET }), ["roles"]);
      deepStrictEqual(neverRead({ ...chain.state, blobs: NOT_YET, roles: NOT_YET }), ["blobs", "roles"]);
    });
  });

  it("gives a try up when its time is over", async () => {
    const source: Source<SecretProof> = {
      read: (signal) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () =>
            resolve({
              exchanged: false,
              failure: { goal: "secret", atExchange: false, error: signal.reason, answer: undefined },
            }),
          ),
        ),
    };
    let chain: Chain | undefined;
    const clock: Clock = { now: () => 0, wait: async () => chain?.stop() };
    chain = new Chain({
      config: configOf(),
      log: () => undefined,
      open: async () => ({ secret: source, blobs: undefined, roles: undefined }),
      clock,
      tryLimitMs: 5,
    });
    await chain.run();
    deepStrictEqual(chain.state.secret.refusal, { link: "secret", code: "ServiceUnavailable", found: "no answer in time" });
  });
});
