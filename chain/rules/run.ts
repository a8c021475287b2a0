// What shows only when pods run, or when an image is built: given by the rehearsal.
import { AKS_OVERVIEW } from "../codes/errorCode";
import type { Rule } from "./rule";

const DOCKERFILE = "https://docs.docker.com/build/building/best-practices/";
const PROBES = "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/";
const DEBUG_PODS = "https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/";

export const RUN_RULES = {
  WI030: {
    title: "The image that the pod names is there",
    code: "ImagePullFailed",
    cause: "The image is named before it is built, under another tag or digest, or in another registry.",
    source: "https://kubernetes.io/docs/concepts/containers/images/",
  },
  WI031: {
    title: "The program declares a pod for workload identity",
    code: "Unexplained",
    cause: "The pods come from a chart or from another program, or neither label nor annotation was set.",
    fix: "Label a pod template, or annotate the ServiceAccount that it uses.",
    source: AKS_OVERVIEW,
  },
  WI032: {
    title: "A pod that is ready has read the secret that it was given",
    code: "Unexplained",
    cause: "The readiness probe asks only whether the process answers.",
    fix: "Answer the readiness probe only once the secret has been read: a pod that is ready without it hides a broken chain.",
    source: PROBES,
  },
  WI033: {
    title: "Every pod that the program declares for workload identity is rehearsed",
    code: "Unexplained",
    cause: "The pod needs something that a machine without containers cannot give it.",
    fix: "Nothing of your program need be wrong: the rehearsal cannot run this, and does not guess.",
    source: "https://kubernetes.io/docs/concepts/workloads/pods/",
  },
  WI034: {
    title: "The image is built on one that stays the same: a tag with a full version, or a digest",
    code: "Unexplained",
    cause: "FROM names a tag that its publisher moves, such as latest or a major version.",
    fix: "Write the full version as the tag of FROM, or the image's digest: the same Dockerfile then builds on the same image tomorrow.",
    source: `${DOCKERFILE}#pin-base-image-versions`,
    warning: "The base image may change",
    severity: "warning",
  },
  WI035: {
    title: "The image's USER is a number other than 0",
    code: "CreateContainerConfigError",
    cause: "The Dockerfile sets no user or names one, and a kubelet that must not run root cannot tell from a name.",
    warning: "The image's user is root, or may be",
    fix: "End the Dockerfile's last stage with a number as its USER, such as USER 65532:65532, or set runAsUser on the pod.",
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  },
  WI036: {
    title: "The folder that is uploaded for a build holds no keys, no Git history and no installed packages",
    code: "Unexplained",
    cause: "There is no .dockerignore, or it was written for another folder.",
    fix: "Name it in .dockerignore: what is uploaded lies in a storage account of the registry, and COPY . . puts it into the image.",
    source: `${DOCKERFILE}#exclude-with-dockerignore`,
    warning: "The uploaded folder holds what hardly belongs in an image",
    severity: "warning",
  },
  WI037: {
    title: "The application serves what its variables tell it to: the list of its identity's roles, and blobs through its route",
    code: "Unexplained",
    cause: "An image of somebody else's runs with settings that only this project's application knows.",
    warning: "The application does not serve what its variables tell it to",
    fix: "Serve GET /api/status and GET /api/<account>/<container>/<blob> as this project's application does, or turn roleList or the route off.",
    source: DEBUG_PODS,
  },
  WI038: {
    title: "A ConfigMap or Secret of the program has the key that a variable of a pod names",
    code: "CreateContainerConfigError",
    cause: "The key is written once in the object and once more in the pod template, with another spelling.",
    fix: "Name the key as the object has it, or mark the variable's source as optional.",
    source: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",
  },
  WI055: {
    title: "The ConfigMaps and Secrets that a pod's variables are taken from are there",
    code: "CreateContainerConfigError",
    cause:
      "The object is made by hand in the cluster that is there already, lies in another namespace, or has a suffix from Pulumi in its name.",
    fix: "Create the object in the pod's namespace and name it by its output metadata.name, or mark the reference as optional.",
    source: "https://kubernetes.io/docs/concepts/configuration/secret/#optional-secrets",
  },
  WI056: {
    title: "The ConfigMaps and Secrets that a pod mounts are there",
    code: "FailedMount",
    cause: "The object is made after the pod or by hand, lies in another namespace, or has a suffix from Pulumi in its name.",
    fix: "Create the object in the pod's namespace and name it in the volume by its output metadata.name, or mark the volume as optional.",
    source: "https://kubernetes.io/docs/concepts/storage/volumes/#configmap",
  },
  WI057: {
    title: "The reference of a pod's image has the form registry/repository:tag",
    code: "InvalidImageName",
    cause: "The reference is put together from parts: one is empty, has capital letters, or brings https:// with it.",
    source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  },
  WI058: {
    title: "The template of a workload has the labels that its selector asks for",
    code: "Unexplained",
    cause: "The labels were written twice, and one place was changed: the API server refuses the object with 422.",
    fix: "Write the labels once, and give them to spec.selector.matchLabels and to spec.template.metadata.labels.",
    source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",
  },
  WI099: {
    title: "The pod becomes ready",
    code: "Unexplained",
    cause: "The application fails for a reason of its own, which no link of the chain shows.",
    source: DEBUG_PODS,
  },
} as const satisfies Record<string, Rule>;
