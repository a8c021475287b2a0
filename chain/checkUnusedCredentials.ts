// A federated credential of the cluster that no pod uses: seen from the credential, where the other checks look from the pod.
import type { ChainModel, Finding } from "./model";
import { nearest } from "./nearest";
import { finding } from "./rules";
import { serviceAccountSubject } from "./workloadIdentity";

const KUBERNETES_SUBJECT = /^system:serviceaccount:([^:]+):[^:]+$/i;

/**
 * One warning for each credential that trusts a ServiceAccount of this cluster that is not there, or that no pod uses. What others bring into the cluster is not
 * known here: a credential for a namespace of which the program has nothing is theirs, unless a ServiceAccount's name comes near; and so is any other where
 * `elsewhere` says that the program itself brings more than is known, as with a Helm chart.
 */
export function checkUnusedCredentials(model: ChainModel, elsewhere: boolean): Finding[] {
  const { cluster, federatedCredentials, serviceAccounts, pods } = model;
  const subjects = serviceAccounts.map(({ namespace, name }) => serviceAccountSubject(namespace, name));
  const used = pods.map(({ namespace, serviceAccountName }) => serviceAccountSubject(namespace, serviceAccountName));
  return federatedCredentials
    .filter(({ issuer }) => issuer !== undefined && issuer === cluster.issuer)
    .flatMap(({ resource, subject }) => {
      const namespace = KUBERNETES_SUBJECT.exec(subject ?? "")?.[1];
      if (subject === undefined || namespace === undefined || used.includes(subject)) return [];
      const near = nearest(
        subject,
        [...new Set([...used, ...subjects])].filter((each) => each !== subject),
      );
      const isKnown = [...serviceAccounts, ...pods].some((each) => each.namespace === namespace);
      if (near === undefined && (elsewhere || !isKnown)) return [];
      const expected = near ?? "the ServiceAccount of a pod";
      const what = subjects.includes(subject) ? "no pod uses this ServiceAccount" : "there is no such ServiceAccount";
      return [finding("WI048", { resource, property: "subject", expected, actual: `${subject}: ${what}` })];
    });
}
