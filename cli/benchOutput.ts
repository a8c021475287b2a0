// How npm run bench prints: a figure with its aim, and below it what it is made of.

export function line(name: string, figure: string, reached: boolean, aim: string): void {
  console.log(`${name.padEnd(20)} ${figure}  (${aim}: ${reached ? "reached" : "not reached"})`);
}

export function detail(text: string): void {
  console.log(`${" ".repeat(21)}${text}`);
}
