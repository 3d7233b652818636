/** In which order test files are begun: a long one that is begun last runs alone at the end, while the other cores have nothing to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files of more than half a minute, longest first. A machine that has run the tests before knows more; a fresh one only this. */
export const longest: readonly string[] = [
  'test/e2e/console.test.ts', 'test/e2e/permissions.test.ts', 'test/e2e/rollout.test.ts', 'test/e2e/seed-example.test.ts', 'test/e2e/console-newcomer.test.ts', 'test/e2e/night.test.ts', 'test/e2e/cli.test.ts', 'test/e2e/remove-app.test.ts',
  'test/e2e/deadlines.test.ts', 'test/e2e/kill.test.ts', 'test/adapters/dynamodb/open-wave.test.ts', 'test/core/rollout/every-await.test.ts',
];

/** The longest first, then what boots a cloud, then the rest. */
export function rankOf(path: string): number {
  const place = longest.findIndex((file) => path.endsWith(`/${file}`));
  if (place >= 0) return place;
  return path.includes('/test/e2e/') ? longest.length : longest.length + 1;
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId));
  }
}
