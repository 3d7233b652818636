/**
 * Bulk instructions: `Operation,OS type,Distributed application,Version,Smart device name[,Comment]`, first line a title.
 * One line instructs one device to install one version.
 */
import { Mistakes, readTable, restore, type Row } from './table.ts';

export interface BulkInstruction {
  /** Line of the file, for messages. */
  readonly line: number;
  readonly operation: 'install';
  /** The app: its package name, or the title it is registered under. */
  readonly application: string;
  readonly version: string;
  readonly deviceName: string;
  /** Free text; empty where there is none. */
  readonly comment: string;
}

const columns = ['Operation', 'OS type', 'Distributed application', 'Version', 'Smart device name', 'Comment'] as const;

/** Throws `invalid-input` with every mistake by line and column. Nothing of a file with a mistake is to be carried out. */
export function decodeBulkInstructions(text: string, mostLines = Infinity): readonly BulkInstruction[] {
  const [title, ...rows] = readTable(text, mostLines);
  const mistakes = new Mistakes();
  if (title === undefined) mistakes.add(1, columns[0], `write a title line first: ${columns.join(',')}`);
  else if (title.cells[0]?.trim().toLowerCase() === 'install') mistakes.add(title.line, columns[0], `put a title line before the first instruction: ${columns.join(',')}`);
  else if (rows.length === 0) mistakes.add(title.line + 1, columns[0], 'write at least one instruction under the title line');
  const instructions = rows.map((row) => decodeRow(row, mistakes));
  reportTwice(instructions, mistakes);
  mistakes.report();
  return instructions;
}

function decodeRow({ line, cells }: Row, mistakes: Mistakes): BulkInstruction {
  const cell = (index: number): string => restore((cells[index] ?? '').trim());
  const [operation, osType, application, version, deviceName, comment] = [cell(0), cell(1), cell(2), cell(3), cell(4), cell(5)];
  if (operation.toLowerCase() !== 'install') mistakes.add(line, columns[0], `write "install", not ${quote(operation)}`);
  if (osType.toLowerCase() !== 'ios') mistakes.add(line, columns[1], `write "iOS", not ${quote(osType)}`);
  if (application === '') mistakes.add(line, columns[2], 'name the app: its package name or title');
  if (version === '') mistakes.add(line, columns[3], 'write the version that is to be installed');
  if (deviceName === '') mistakes.add(line, columns[4], 'name the device');
  if (cells.length > columns.length) mistakes.add(line, columns[5], `there are ${cells.length} values for ${columns.length} columns: put values that hold commas into double quotes`);
  return { line, operation: 'install', application, version, deviceName, comment };
}

function reportTwice(instructions: readonly BulkInstruction[], mistakes: Mistakes): void {
  const first = new Map<string, number>();
  for (const { line, application, deviceName } of instructions) {
    if (application === '' || deviceName === '') continue;
    const key = JSON.stringify([application, deviceName]);
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    else mistakes.add(line, columns[4], `${quote(deviceName)} is instructed about this app on line ${before} already: keep one of the two`);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
