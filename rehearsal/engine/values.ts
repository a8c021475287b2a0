// Values as Pulumi's protocol carries them.
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../cloud/resourceManager";

export function plain(value: Struct | undefined): Record<string, unknown> {
  return value === undefined ? {} : { ...value.toJavaScript() };
}

/** A copy of an object; of anything else nothing. */
export function record(value: unknown): Properties {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** What is undefined is not there: a Struct has no word for it. */
export function struct(values: Properties): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));
}
