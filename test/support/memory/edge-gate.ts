/** The gate at the edge, in memory: what is closed, in the adapter's own names. */
import type { EdgeGate, Gated } from '../../../core/catalog/edge-gate.ts';

export function memoryEdgeGate(closed: Set<string>, told: (operation: 'close' | 'open') => void = () => undefined): EdgeGate {
  const nameOf = (what: Gated): string => (what.kind === 'branch' ? `branch/${what.branchId}` : `package/${what.digest}`);
  return {
    async close(what) {
      await Promise.resolve();
      told('close');
      closed.add(nameOf(what));
    },
    async open(what) {
      await Promise.resolve();
      told('open');
      closed.delete(nameOf(what));
    },
  };
}
