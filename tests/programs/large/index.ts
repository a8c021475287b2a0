// What a program leaves behind may be larger than a pipe holds at once.
export const large = "x".repeat(4_000_000);
