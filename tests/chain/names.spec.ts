import { strict as assert } from "node:assert";
import { GUID, NAME_RULES, nameToken, uuidV5 } from "../../chain";

interface Borders {
  readonly legal: readonly string[];
  readonly illegal: readonly string[];
}

const long = (length: number, start = "a") => start.padEnd(length, "a");

/** The shortest and the longest legal name, one character beyond each, and every character that a page forbids or that people try. */
const BORDERS: Readonly<Record<keyof typeof NAME_RULES, Borders>> = {
  resourceGroup: {
    legal: ["r", "_", "(", long(90), "rg.web_(1)-eu", ".rg", "RG"],
    illegal: ["", long(91), "rg.", "rg web", "rg/web", "rgé", "rg\n"],
  },
  cluster: {
    legal: ["a", "7", long(63), "Aks_web-1"],
    illegal: ["", long(64), "-aks", "aks-", "_aks", "aks_", "aks.web", "aks\n"],
  },
  nodePool: { legal: ["a", long(12), "user2"], illegal: ["", long(13), "2user", "User", "user-2", "user_2", "user\n"] },
  identity: { legal: ["aaa", long(128), "1d-web_A"], illegal: ["aa", long(129), "-web", "_web", "id.web", "id web", "idé"] },
  federatedCredential: { legal: ["aaa", long(120), "1fc-web_A"], illegal: ["aa", long(121), "-web", "_web", "fc.web", "fc:web"] },
  applicationDisplayName: {
    legal: ["a", "-", long(256), "My App", "Bäckerei (Kasse) 'neu' $1"],
    illegal: ["", long(257), " ", "\u00a0 ", "a\n", "a\tb", "\u0000", "a\u007f", "a\u0085"],
  },
  vault: {
    legal: ["kv1", long(24), "Kv-web-1"],
    illegal: ["kv", long(25), "1kv", "-kv", "kv-", "kv--web", "kv_web", "kv.web", "kv1\n"],
  },
  secret: {
    legal: ["s", "-", long(127), "Greeting-1"],
    illegal: ["", long(128), "my_secret", "my.secret", "my/secret", "sécret"],
  },
  registry: { legal: ["acr00", long(50), "Acr1Web"], illegal: ["acr0", long(51), "acr-web", "acr.web", "acr_web"] },
  storageAccount: {
    legal: ["sta", "123", long(24), "stweb1"],
    illegal: ["st", long(25), "st-web", "StWeb", "st_web", "st.web", "sta\n"],
  },
  blobContainer: {
    legal: ["con", "123", long(63), "my-data-1"],
    illegal: ["co", long(64), "Data", "-data", "data-", "my--data", "my_data", "my.data", "$root", "con\n"],
  },
  namespace: {
    legal: ["a", "0", long(63), "web-1"],
    illegal: ["", long(64), "Web", "-web", "web-", "web.eu", "web_eu", "web\n"],
  },
  serviceAccount: {
    legal: ["a", "0", long(253), "orders.web-1"],
    illegal: ["", long(254), "Orders", "-a", "a-", ".a", "a.", "a..b", "a.-b", "a_b", "a:b", "a\n"],
  },
  workload: {
    legal: ["a", long(40), "orders-2"],
    illegal: ["", long(41), "2orders", "Orders", "orders-", "-orders", "or_ders", "or.ders"],
  },
};

describe("the name rules", () => {
  for (const [kind, { pattern, url, text }] of Object.entries(NAME_RULES)) {
    const { legal, illegal } = BORDERS[kind as keyof typeof NAME_RULES];
    it(`let pass every legal ${kind} up to its borders`, () => {
      assert.deepEqual(
        legal.filter((name) => !pattern.test(name)),
        [],
      );
    });
    it(`refuse every illegal ${kind}, also just beyond its borders`, () => {
      assert.deepEqual(
        illegal.filter((name) => pattern.test(name)),
        [],
      );
    });
    it(`say the length of a ${kind} and where the rule is from`, () => {
      assert.match(text, /^\d+ to \d+ /);
      assert.equal(new URL(url).protocol, "https:");
    });
  }
});

describe("nameToken", () => {
  const stacks = [
    "dev",
    "prod",
    "Dev",
    "DEV",
    "d-e-v",
    "d.e.v",
    "my_stack",
    "my-stack",
    "mystack",
    "feature/x",
    "2024",
    "s2024",
    "-",
    "_",
    "...",
    "ünïcödé",
    "日本",
    "日本語",
    "a".repeat(8),
    "a".repeat(9),
    "a".repeat(100),
    "a".repeat(101),
  ];

  for (const maxLength of [6, 8, 12]) {
    it(`makes at most ${maxLength} lower-case letters and digits, a letter first, of any stack name`, () => {
      const legal = new RegExp(`^[a-z][a-z0-9]{0,${maxLength - 1}}$`);
      assert.deepEqual(
        stacks.filter((stack) => !legal.test(nameToken(stack, maxLength))),
        [],
      );
    });
    it(`makes a different token of ${maxLength} characters for each stack name`, () => {
      assert.equal(new Set(stacks.map((stack) => nameToken(stack, maxLength))).size, stacks.length);
    });
  }

  it("keeps a name that is legal already", () => {
    assert.equal(nameToken("dev", 8), "dev");
    assert.equal(nameToken("a".repeat(8), 8), "a".repeat(8));
  });

  it("is the same in every run", () => {
    assert.equal(nameToken("My-Stack", 8), "myst443a");
  });
});

describe("uuidV5", () => {
  it("agrees with the vector of RFC 4122 in Python's documentation", () => {
    const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    assert.equal(uuidV5("python.org", dns), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
  });

  it("is a GUID of version 5 for any text", () => {
    for (const text of ["", "é", "a".repeat(1000)]) {
      assert.match(uuidV5(text, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), GUID);
      assert.match(uuidV5(text, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"), /^.{14}5.{4}[89ab]/);
    }
  });
});
