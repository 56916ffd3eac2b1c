import { parse } from '@babel/parser';

/**
 * What the architecture's rules look at in one source file. Read from the syntax tree, because with patterns alone a
 * comment, a string or an import over several lines is told wrong. The parser is the one that comes with jest;
 * the compiler of TypeScript 7 has no JavaScript API, and es-module-lexer does not read types.
 */
export interface ParsedSource {
  readonly imports: readonly ImportOf[];
  /** Names declared at the top of the file. */
  readonly declared: readonly string[];
  readonly readsEnv: boolean;
}

export interface ImportOf {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

interface SyntaxNode {
  readonly type: string;
  readonly [key: string]: unknown;
}

export function parseSource(text: string): ParsedSource {
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript', 'explicitResourceManagement'] });
  const nodes = [...everyNode(program as unknown as SyntaxNode)];
  return {
    imports: nodes.flatMap(importOf),
    declared: (program.body as unknown as SyntaxNode[]).flatMap(declaredBy),
    readsEnv: nodes.some(isEnvRead),
  };
}

function* everyNode(node: SyntaxNode): Generator<SyntaxNode> {
  yield node;
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* everyNode(child);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';
}

function importOf(node: SyntaxNode): ImportOf[] {
  const typeOnly = node.importKind === 'type' || node.exportKind === 'type' || areAllTypes(node.specifiers);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return isNode(node.source) ? [{ specifier: textOf(node.source), typeOnly }] : [];
    case 'ImportExpression':
      return [{ specifier: textOf(node.source), typeOnly: false }];
    case 'TSImportType':
      return [{ specifier: textOf(node.argument), typeOnly: true }];
    case 'CallExpression':
      return isImportCall(node.callee)
        ? [{ specifier: textOf((node.arguments as unknown[])[0]), typeOnly: false }]
        : [];
    default:
      return [];
  }
}

function isImportCall(callee: unknown): boolean {
  return isNode(callee) && (callee.type === 'Import' || (callee.type === 'Identifier' && callee.name === 'require'));
}

function areAllTypes(specifiers: unknown): boolean {
  const list = Array.isArray(specifiers) ? (specifiers as SyntaxNode[]) : [];
  return list.length > 0 && list.every(({ importKind, exportKind }) => importKind === 'type' || exportKind === 'type');
}

/** Empty for a specifier that is computed: nothing is known of it, which no direction allows. */
function textOf(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'TSLiteralType') return textOf(node.literal);
  return node.type === 'StringLiteral' ? String(node.value as string) : '';
}

function declaredBy(statement: SyntaxNode): string[] {
  if (isNode(statement.declaration)) return declaredBy(statement.declaration);
  if (statement.type === 'VariableDeclaration') {
    return (statement.declarations as SyntaxNode[]).flatMap(({ id }) =>
      [...everyNode(id as SyntaxNode)].flatMap(nameOf),
    );
  }
  const exported = Array.isArray(statement.specifiers) && statement.type === 'ExportNamedDeclaration';
  if (exported) return (statement.specifiers as SyntaxNode[]).flatMap((each) => nameOf(each.exported));
  return nameOf(statement.id);
}

function nameOf(node: unknown): string[] {
  return isNode(node) && node.type === 'Identifier' ? [String(node.name as string)] : [];
}

function isEnvRead(node: SyntaxNode): boolean {
  if (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') {
    return isProcess(node.object) && isNamed(node.property, 'env');
  }
  if (node.type === 'VariableDeclarator')
    return isProcess(node.init) && takesEnv((node.id as SyntaxNode).properties, 'key');
  if (node.type !== 'ImportDeclaration' || !/^(node:)?process$/.test(textOf(node.source))) return false;
  return takesEnv(node.specifiers, 'imported');
}

function isProcess(node: unknown): boolean {
  return (
    isNamed(node, 'process') || (isNode(node) && node.type === 'MemberExpression' && isNamed(node.property, 'process'))
  );
}

function takesEnv(list: unknown, key: string): boolean {
  return Array.isArray(list) && (list as SyntaxNode[]).some((each) => isNamed(each[key], 'env'));
}

function isNamed(node: unknown, name: string): boolean {
  return isNode(node) && (node.name === name || node.value === name);
}
