export * from "./check";
export * from "./codes";
export * from "./model";
export * from "./names";
export * from "./rbac";
export * from "./roles";
export * from "./rules";
export * from "./workloadIdentity";
