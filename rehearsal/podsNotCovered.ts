// What a report says of pods that were not run as they are declared.
import type { Pods } from "./pods";
import type { Report } from "./report";

/** The beginning of what is said of a step that no rehearsal performs. */
export const STEP = "step of the image's Dockerfile not performed: ";

export function podsNotCovered({ others, templates, plans, notCovered }: Pods): Report["notCovered"] {
  const left = others.map(({ declared }) => ({
    resource: declared,
    reason: "not run: nothing in it is meant for workload identity",
  }));
  const ran = templates.flatMap(({ template: { declared: resource, containers } }) =>
    (plans.get(resource) ?? []).flatMap(({ container, init, reason, runs, image }) => {
      const isFirst = container === containers[0];
      const given = container.command ?? [];
      const instead = runs !== "command" || given.length === 0 ? [] : [`command ${JSON.stringify(given)} was not run: --app was`];
      const why =
        reason === undefined
          ? []
          : [isFirst ? reason : `${init === undefined ? "" : "init "}container "${container.name}": ${reason}`];
      const steps = (image?.notPerformed ?? []).map((step) => `${STEP}${step}`);
      return [...instead, ...why, ...steps].map((text) => ({ resource, reason: text }));
    }),
  );
  const schedules = templates
    .filter(({ template: { kind, replicas } }) => kind === "batch/v1:CronJob" && replicas > 0)
    .map(({ template: { declared: resource } }) => ({ resource, reason: "its schedule was not waited for: it was run once" }));
  const once = new Map(notCovered.map((each) => [`${each.resource} ${each.reason}`, each]));
  return [...left, ...ran, ...schedules, ...once.values()];
}
