// Reads the input types of a Pulumi package from its .d.ts files, as the syntax says it: the generated SDKs are regular enough, and no checker has to run.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { ObjectShape, ValueShape } from "../rehearsal/engine/shapeTable";

/** The shapes that one package's types refer to, by `package/namespace.Interface`; filled as they are met. */
export class PackageTypes {
  readonly shapes = new Map<string, ObjectShape>();
  private readonly named: ReadonlyMap<string, ts.InterfaceDeclaration>;

  /** `folder` holds the package, `name` goes before its shapes. */
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {
    const file = join(folder, "types", "input.d.ts");
    // A package of flat resources has no such file.
    this.named = existsSync(file) ? interfacesIn(parse(file).statements) : new Map();
  }

  /** The shape of an interface that stands in a file of its own resource. */
  argsOf(file: string, interfaceName: string): ObjectShape {
    const found = interfacesIn(parse(join(this.folder, file)).statements).get(interfaceName);
    if (found === undefined) throw new Error(`${this.name}: ${file} has no interface ${interfaceName}`);
    return this.objectShape(found.members);
  }

  private objectShape(members: readonly ts.TypeElement[]): ObjectShape {
    const properties: Record<string, ValueShape> = {};
    const required: string[] = [];
    for (const member of members) {
      if (!ts.isPropertySignature(member) || member.type === undefined) throw new Error(`${this.name}: an unexpected member`);
      const key = textOf(member.name);
      properties[key] = this.valueShape(member.type);
      if (member.questionToken === undefined) required.push(key);
    }
    return required.length === 0 ? { properties } : { required, properties };
  }

  private valueShape(node: ts.TypeNode): ValueShape {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return "string";
      case ts.SyntaxKind.NumberKeyword:
        return "number";
      case ts.SyntaxKind.BooleanKeyword:
        return "boolean";
      case ts.SyntaxKind.AnyKeyword:
        return "any";
    }
    if (ts.isUnionTypeNode(node)) return this.unionShape(node.types);
    if (ts.isArrayTypeNode(node)) return { array: this.valueShape(node.elementType) };
    if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return "string";
    if (ts.isParenthesizedTypeNode(node)) return this.valueShape(node.type);
    if (ts.isTypeLiteralNode(node)) return this.mapShape(node);
    if (ts.isTypeReferenceNode(node)) return this.referenceShape(node);
    throw new Error(`${this.name}: a type of kind ${ts.SyntaxKind[node.kind]} is not read`);
  }

  /** What a value may be besides undefined; `string | enums.X` is a string. */
  private unionShape(types: readonly ts.TypeNode[]): ValueShape {
    const shapes = types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map((type) => this.valueShape(type));
    const different = [...new Map(shapes.map((shape) => [JSON.stringify(shape), shape])).values()];
    const [only, ...others] = different;
    if (only === undefined || different.includes("any")) return "any";
    return others.length === 0 ? only : { union: different };
  }

  private mapShape({ members }: ts.TypeLiteralNode): ValueShape {
    const [member, ...others] = members;
    if (member === undefined || others.length > 0 || !ts.isIndexSignatureDeclaration(member))
      throw new Error(`${this.name}: a type literal that is no map is not read`);
    return { map: this.valueShape(member.type) };
  }

  private referenceShape({ typeName, typeArguments }: ts.TypeReferenceNode): ValueShape {
    const name = textOf(typeName);
    const [argument] = typeArguments ?? [];
    if (name === "pulumi.Input" && argument !== undefined) return this.valueShape(argument);
    // Assets and archives travel in a wrapper of Pulumi's, which is not looked into.
    if (name.startsWith("pulumi.asset.")) return "any";
    // Every enumeration of these packages is one of strings.
    if (name.startsWith("enums.")) return "string";
    const inner = name.replace(/^inputs\./, "");
    const found = this.named.get(inner);
    if (inner === name || found === undefined) throw new Error(`${this.name}: the type ${name} is not read`);
    return { shape: this.register(inner, found) };
  }

  private register(name: string, declaration: ts.InterfaceDeclaration): string {
    const key = `${this.name}/${name}`;
    if (this.shapes.has(key)) return key;
    // A type may hold itself, so its place is taken before it is read.
    this.shapes.set(key, { properties: {} });
    this.shapes.set(key, this.objectShape(declaration.members));
    return key;
  }
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ESNext);
}

/** Every interface by its name within its namespaces: `containerservice.ManagedClusterSKUArgs`. */
function interfacesIn(statements: readonly ts.Statement[], prefix = ""): Map<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  for (const statement of statements) {
    if (ts.isInterfaceDeclaration(statement)) found.set(`${prefix}${statement.name.text}`, statement);
    if (ts.isModuleDeclaration(statement) && statement.body !== undefined && ts.isModuleBlock(statement.body))
      for (const [name, inner] of interfacesIn(statement.body.statements, `${prefix}${textOf(statement.name)}.`))
        found.set(name, inner);
  }
  return found;
}

function textOf(name: ts.EntityName | ts.PropertyName | ts.ModuleName): string {
  if (ts.isQualifiedName(name)) return `${textOf(name.left)}.${name.right.text}`;
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  throw new Error(`a name of kind ${ts.SyntaxKind[name.kind]} is not read`);
}
