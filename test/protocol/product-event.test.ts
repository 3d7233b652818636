import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseBranchId, parseBundleId, parsePlanId, parseVersionId } from '../../core/ids.ts';
import type { ProductEvent, ProductEventType } from '../../core/result/product-event.ts';
import { encodeProductEvent } from '../../protocol/product-event.ts';

const planId = parsePlanId('6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b');
const branch = { planId, branchId: parseBranchId('berlin'), kind: 'install' as const, words: 'It is time for the next wave.', numbers: { succeeded: 40, failed: 1, rejected: 1, timedOut: 0, open: 8, rule: { share: 0.1, minimum: 20 } } };
const version = { versionId: parseVersionId('a'.repeat(32)), bundleId: parseBundleId('com.example.fieldwork') };
const details: { readonly [T in ProductEventType]: Extract<ProductEvent, { type: T }>['detail'] } = {
  'plan-started': { planId, name: 'Autumn', operation: 'install', ...version, attempt: 1 },
  'plan-paused': { planId, name: 'Autumn', because: 'Paused by ada.' },
  'wave-opened': { ...branch, seq: 2 },
  'branch-paused': branch,
  'branch-finished': branch,
  'plan-finished': { planId, name: 'Autumn', totals: { installed: 7 } },
  'plan-reissued': { planId, name: 'Autumn', words: 'Re-issued.', nextPlanId: planId },
  'push-certificate-expiring': { expiresAt: 1_795_000_000_000 },
  'profile-expiring': { ...version, expiresAt: 1_795_000_000_000 },
};
const types = Object.keys(details) as readonly ProductEventType[];
const documented = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');

describe('an event', () => {
  it.each(types)('"%s" goes out with its version, its id and its time, and with fields that are documented', (type) => {
    const detail: unknown = JSON.parse(encodeProductEvent({ id: 'e1', type, at: 0, detail: details[type] } as ProductEvent));
    expect(detail).toEqual({ version: 1, id: 'e1', at: '1970-01-01T00:00:00.000Z', ...details[type] });
    const row = documented.split('\n').find((line) => line.startsWith(`| \`${type}\``)) ?? '';
    for (const field of Object.keys(details[type])) expect(row).toContain(`\`${field}\``);
  });
});
