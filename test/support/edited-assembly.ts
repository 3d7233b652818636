/** A copy of the synthesised cloud that has lost statements of its roles. Bundles are linked, not copied. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface EditedAssembly {
  readonly folder: string;
  remove(): void;
}

interface RawStatement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: { readonly PolicyDocument?: { Statement: readonly RawStatement[] }; readonly Roles?: unknown };
}

/** Without the statement of the role (its logical id begins so) that allows the action on a resource called so. Throws unless it is one. */
export function assemblyWithout(role: string, action: string, resource: string): EditedAssembly {
  const [from, folder] = [resolve('cdk.out'), mkdtempSync(join(tmpdir(), 'wavecast-assembly-'))];
  let dropped = 0;
  const lost = ({ Action, Resource }: RawStatement): boolean => [Action].flat().includes(action) && JSON.stringify(Resource).includes(resource);
  for (const name of readdirSync(from)) {
    if (!name.endsWith('.template.json')) {
      symlinkSync(join(from, name), join(folder, name));
      continue;
    }
    const template = JSON.parse(readFileSync(join(from, name), 'utf8')) as { readonly Resources: Readonly<Record<string, RawResource>> };
    for (const { Type, Properties } of Object.values(template.Resources)) {
      const document = Properties?.PolicyDocument;
      if (Type !== 'AWS::IAM::Policy' || document === undefined || !JSON.stringify(Properties?.Roles).includes(`"${role}Role`)) continue;
      const kept = document.Statement.filter((statement) => !lost(statement));
      dropped += document.Statement.length - kept.length;
      document.Statement = kept;
    }
    writeFileSync(join(folder, name), JSON.stringify(template));
  }
  if (dropped !== 1) throw new Error(`${role} has ${dropped} statements that allow ${action} on ${resource}.`);
  return { folder, remove: () => { rmSync(folder, { recursive: true }); } };
}
