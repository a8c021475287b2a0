// When AKS may upgrade the cluster and its nodes.
import * as containerservice from "@pulumi/azure-native/containerservice";
import type * as pulumi from "@pulumi/pulumi";
import type { AksClusterArgs } from "./aksCluster";
import { ofGeneration } from "./generation";
import { RANGES, RULES } from "./rules";
import { checkInteger, checkText, type Place } from "./validate";

export const Weekday = {
  Monday: "Monday",
  Tuesday: "Tuesday",
  Wednesday: "Wednesday",
  Thursday: "Thursday",
  Friday: "Friday",
  Saturday: "Saturday",
  Sunday: "Sunday",
} as const;
export type Weekday = (typeof Weekday)[keyof typeof Weekday];

/** One window a week, in UTC. */
export interface MaintenanceWindow {
  day: Weekday;
  /** Start in UTC, `HH:mm`. */
  startTime: string;
  /** Length in hours, 4 to 24. */
  durationHours: number;
}

type MaintainedCluster = Pick<AksClusterArgs, "resourceGroupName" | "generation" | "maintenance">;

/** The two windows that AKS knows, by their fixed names: Kubernetes itself, and the nodes' operating system. */
const WINDOWS = { upgrade: "aksManagedAutoUpgradeSchedule", "node-os": "aksManagedNodeOSUpgradeSchedule" } as const;

export function checkMaintenance(place: Place, { startTime, durationHours }: MaintenanceWindow): void {
  checkText(place, "maintenance.startTime", RULES.startTime, startTime);
  checkInteger(place, "maintenance.durationHours", RANGES.maintenanceHours, durationHours);
}

export function maintainCluster(
  name: string,
  { resourceGroupName, generation, maintenance: { day, startTime, durationHours } }: MaintainedCluster,
  cluster: containerservice.ManagedCluster,
  opts: pulumi.CustomResourceOptions,
): void {
  const maintenanceWindow = {
    schedule: { weekly: { intervalWeeks: 1, dayOfWeek: day } },
    startTime,
    durationHours,
    utcOffset: "+00:00",
  };
  for (const [key, configName] of Object.entries(WINDOWS)) {
    new containerservice.MaintenanceConfiguration(
      ofGeneration(`${name}-maintenance-${key}`, generation),
      { resourceGroupName, resourceName: cluster.name, configName, maintenanceWindow },
      { ...opts, deletedWith: cluster },
    );
  }
}
