/**
 * Every text of more than a word that the API may say to the console, read from the sources with the compiler's own parser. A
 * template is a form with places, `There is no plan {}.`; a condition in it makes a form of each alternative.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface Said {
  /** With `{}` for what varies. */
  readonly form: string;
  /** Of the repository. */
  readonly file: string;
  /** What stands in the places, as the source names it. */
  readonly names: readonly string[];
}

interface Piece { readonly text: string; readonly names: readonly string[] }

/** All texts of files and folders, those of one word among them. `errorsAlone`: only those that a WavecastError, or in the console an ApiFailure, is made of. */
export function textsOf(paths: readonly string[], errorsAlone = false): readonly Said[] {
  return paths.flatMap((path) => filesOf(join(ROOT, path))).flatMap((path) => textsOfSource(readFileSync(path, 'utf8'), relative(ROOT, path), errorsAlone));
}

/** Whether a form has words that somebody would read: two of them, or one beside a place. */
export function hasWords({ form }: Said): boolean {
  return /\p{L}[\p{L}']*,? \p{L}|\p{L}{3,} \{\}|\{\} \p{L}{2,}/u.test(form);
}

export function textsOfSource(source: string, file: string, errorsAlone = false): readonly Said[] {
  const found: Said[] = [];
  const taken = new Set<ts.Node>();
  const visit = (node: ts.Node, read: boolean): void => {
    if (isUnseen(node)) return;
    if (read && isText(node) && !taken.has(node)) found.push(...piecesOf(node, taken).map(({ text, names }) => ({ form: text, file, names })));
    ts.forEachChild(node, (child) => { if (!isMeta(node, child)) visit(child, read || isError(node)); });
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), !errorsAlone);
  return found;
}

function isError(node: ts.Node): boolean {
  return ts.isNewExpression(node) && /^(Wavecast|Api)\w+$/.test(node.expression.getText());
}

function filesOf(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() || entry.name.endsWith('.ts') ? filesOf(join(path, entry.name)) : []));
}

/** What is said to nobody: its log, types, its description, and the silent errors. */
function isUnseen(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return true;
  if (ts.isCallExpression(node)) return /(^|\.)log\.\w+$|^operation$/.test(node.expression.getText());
  if (!ts.isNewExpression(node)) return false;
  const [code] = node.arguments ?? [];
  return node.expression.getText() === 'Error' || (code !== undefined && ts.isStringLiteral(code) && silent.has(code.text));
}

/** Faults of the server's own, and what only devices are refused for; in the console what has other words. */
const silent: ReadonlySet<string> = new Set(['internal', 'identity-refused', 'unreachable', 'signed-out', 'not-understood']);

/** The description of a field, for the OpenAPI document. */
function isMeta(node: ts.Node, child: ts.Node): boolean {
  return ts.isCallExpression(node) && child !== node.expression && /\.meta$/.test(node.expression.getText());
}

function isText(node: ts.Node): node is ts.Expression {
  return ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node) || isJoined(node);
}

/** Texts with a plus between them; numbers are added by it, too. */
function isJoined(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken && (isText(node.left) || isText(node.right));
}

function piecesOf(node: ts.Expression, taken: Set<ts.Node>): readonly Piece[] {
  if (ts.isParenthesizedExpression(node)) return piecesOf(node.expression, taken);
  if (ts.isConditionalExpression(node)) return [...piecesOf(node.whenTrue, taken), ...piecesOf(node.whenFalse, taken)];
  if (!isText(node)) return [{ text: '{}', names: [nameOf(node)] }];
  taken.add(node);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [{ text: node.text, names: [] }];
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly Piece[]>((before, { expression, literal }) => both(both(before, piecesOf(expression, taken)), [{ text: literal.text, names: [] }]), [{ text: node.head.text, names: [] }]);
  }
  return ts.isBinaryExpression(node) ? both(piecesOf(node.left, taken), piecesOf(node.right, taken)) : [];
}

function both(before: readonly Piece[], after: readonly Piece[]): readonly Piece[] {
  return before.flatMap((left) => after.map((right) => ({ text: `${left.text}${right.text}`, names: [...left.names, ...right.names] })));
}

/** The last name in an expression: `plan.id` is `id`. */
function nameOf(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isCallExpression(node)) return ts.isPropertyAccessExpression(node.expression) ? nameOf(node.expression.expression) : nameOf(node.arguments[0] ?? node.expression);
  const inner: string[] = [];
  ts.forEachChild(node, (child) => { inner.push(nameOf(child)); });
  return inner.find((name) => name !== '') ?? '';
}
