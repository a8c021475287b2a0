// Several findings beside each other: each mistake is told once.
import type { Finding } from "./model";

/** Each mistake once, however many pods it breaks. */
export function eachOnce(findings: readonly Finding[]): Finding[] {
  const address = ({ rule, resource, property, expected }: Finding) => JSON.stringify([rule, resource, property, expected]);
  return [...new Map(findings.map((one) => [address(one), one])).values()];
}

/** What was not said yet: of a property, or of something in it, that another rule has told already. */
export function notSaid(findings: readonly Finding[], said: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ resource, property }) => !said.some((one) => one.resource === resource && one.property.startsWith(property)),
  );
}
