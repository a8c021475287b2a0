// A certificate authority that lives as long as one rehearsal. Its keys never leave this process; only the CA's certificate is written.
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

export interface Pki {
  /** The authority's certificate: what a client has to trust. */
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

// ECDSA keys take about a millisecond; RSA keys of the same strength take a hundred times as long.
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;

/** One authority and one leaf certificate for all host names; a name may start with `*.`. Valid from yesterday for eight days. */
export async function createPki(hostNames: readonly string[]): Promise<Pki> {
  const [caKeys, leafKeys] = await Promise.all([newKeys(false), newKeys(true)]);
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + 7 * DAY_MS) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: newSerial(),
      name: "CN=Rehearsal CA",
      ...validity,
      signingAlgorithm: ALGORITHM,
      keys: caKeys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
      ],
    },
    webcrypto,
  );
  const leaf = await x509.X509CertificateGenerator.create(
    {
      serialNumber: newSerial(),
      subject: "CN=Rehearsal",
      issuer: ca.subject,
      ...validity,
      signingAlgorithm: ALGORITHM,
      publicKey: leafKeys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(hostNames.map((value) => ({ type: "dns", value }))),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
      ],
    },
    webcrypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey);
  return { caPem: ca.toString("pem"), certPem: leaf.toString("pem"), keyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY") };
}

async function newKeys(extractable: boolean): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, extractable, ["sign", "verify"]);
}

function newSerial(): string {
  // A leading zero bit keeps the number positive; DER has no unsigned integers.
  return `01${randomBytes(15).toString("hex")}`;
}
