/** A fleet that is made up as it is read: any number of devices, each always the same, and none of them kept. */
import { factsKey } from '../../adapters/dynamodb/codec/inventory.ts';
import { instructionItem, standingItem } from '../../adapters/dynamodb/codec/instruction.ts';
import { branchItem, BRANCHES, countsKey, deviceItem } from '../../adapters/dynamodb/codec/device.ts';
import { appKey } from '../../adapters/dynamodb/codec/catalogue.ts';
import type { Item } from '../../adapters/dynamodb/batch.ts';
import { DAY } from '../../core/ambient.ts';
import { parseBranchId, parseBundleId, parseDeviceId, parseEnrolmentId, parseInstructionId, parsePlanId, parseVersionId, type BranchId } from '../../core/ids.ts';
import type { Instruction, InstructionState } from '../../core/instruction/instruction.ts';
import { waveIdOf } from '../../core/rollout/wave-id.ts';

export const BUNDLE_ID = parseBundleId('com.example.fieldwork');
const NOW = Date.parse('2026-11-23T08:00:00Z');
const BRANCH_SIZE = 1_000;
const WAVE_SIZE = 50;
const versionId = parseVersionId('ab'.repeat(16));
const planId = parsePlanId('6b1f0c9e-5d0e-4f3b-9a53-0f6a3d1f2c4b');
/** What became of them, one device after the other; one in five was not instructed and has nothing. */
const states: readonly (InstructionState | undefined)[] = ['installed', 'installed', 'acknowledged', 'timedOut', undefined];

export class MadeUpFleet {
  readonly #devices: number;

  constructor(devices: number) {
    this.#devices = devices;
  }

  branches(): readonly Item[] {
    return Array.from({ length: Math.ceil(this.#devices / BRANCH_SIZE) }, (_, n) => branchItem({ id: branchOf(n * BRANCH_SIZE), name: `Site ${n}`, timeZone: 'Europe/Berlin', linkMbps: 100, brake: false, revision: 0 }));
  }

  /** The devices of a branch behind an order, as the index `byBranch` gives them. */
  devicesOf(branchId: string, after: string | undefined, limit: number): readonly Item[] {
    const first = Number(branchId.replace('site-', '')) * BRANCH_SIZE;
    const from = after === undefined ? first : numberIn(after) + 1;
    return Array.from({ length: Math.max(0, Math.min(first + BRANCH_SIZE, this.#devices, from + limit) - from) }, (_, n) => deviceOf(from + n));
  }

  /** The item of a key; undefined where there is none. */
  item(pk: string, sk: string): Item | undefined {
    if (sk === `app#${BUNDLE_ID}`) return standingOf(numberIn(pk));
    if (pk.startsWith('wave#')) return instructionOf(numberIn(sk));
    if (pk === appKey(BUNDLE_ID).pk && sk === BUNDLE_ID) return { ...appKey(BUNDLE_ID), bundleId: BUNDLE_ID, title: 'Fieldwork', description: '', createdAt: NOW };
    if (sk === countsKey(branchOf(0)).sk) return { pk, sk, devices: this.devicesOf(pk.replace('branch#', ''), undefined, BRANCH_SIZE).length, enrolled: 0 };
    return undefined;
  }

  /** What a device reported of the app: its key is a standing's, in another table. */
  facts(pk: string): Item | undefined {
    const number = numberIn(pk);
    const has = states[number % states.length] === 'installed';
    const { id } = idsOf(number);
    return {
      ...factsKey(id, BUNDLE_ID), deviceId: id, bundleId: BUNDLE_ID,
      managed: { status: has ? 'Managed' : 'Absent', reportedAt: NOW }, installed: { present: has, ...(has ? { shortVersion: '4.1', version: '412', installing: false } : {}), reportedAt: NOW },
    };
  }

  /** All branches' partition. */
  static readonly branchesPartition = BRANCHES;
}

function branchOf(number: number): BranchId {
  return parseBranchId(`site-${String(Math.floor(number / BRANCH_SIZE)).padStart(5, '0')}`);
}

/** Its number ends a device's id, and an order. */
function numberIn(text: string): number {
  return parseInt(text.slice(-12), 16);
}

function idsOf(number: number) {
  const digits = number.toString(16).padStart(12, '0');
  return { id: parseDeviceId(`00000000-0000-4000-8000-${digits}`), order: `1#00000000-0000-5000-8000-${digits}`, enrolmentId: parseEnrolmentId(`00008120-${digits.toUpperCase()}`) };
}

function deviceOf(number: number): Item {
  const { id, order, enrolmentId } = idsOf(number);
  return deviceItem({
    id, order, enrolmentId, name: `phone-${number}`, branchId: branchOf(number), testDevice: false, tags: [], status: 'enrolled', serialNumber: `SN${number}`, osVersion: '26.1', productName: 'iPhone15,4', createdAt: NOW, revision: 0,
  });
}

function waveOf(number: number) {
  return waveIdOf({ planId, branchId: branchOf(number), kind: 'install' }, Math.floor((number % BRANCH_SIZE) / WAVE_SIZE) + 1);
}

function standingOf(number: number): Item | undefined {
  const state = states[number % states.length];
  return state === undefined ? undefined : standingItem({ deviceId: idsOf(number).id, bundleId: BUNDLE_ID, waveId: waveOf(number), versionId, live: state === 'acknowledged' });
}

function instructionOf(number: number): Item | undefined {
  const state = states[number % states.length];
  if (state === undefined) return undefined;
  const { id, enrolmentId } = idsOf(number);
  const issuedAt = NOW - DAY;
  const instruction: Instruction = {
    id: parseInstructionId(`00000000-0000-5000-9000-${number.toString(16).padStart(12, '0')}`), kind: 'install', waveId: waveOf(number), deviceId: id, deviceName: `phone-${number}`, enrolmentId, branchId: branchOf(number), planId, bundleId: BUNDLE_ID, versionId,
    shortVersion: '4.1', version: '412', attempt: 1, state, issuedAt, deadline: NOW, updatedAt: NOW, ...(state === 'timedOut' ? { reason: { code: 'not-finished', words: 'It was not finished within 24 hours.' } } : {}),
    history: [{ at: issuedAt, state: 'issued' }, { at: issuedAt + 60_000, state: 'delivered' }, { at: issuedAt + 61_000, state: 'acknowledged' }, { at: NOW, state }],
  };
  return instructionItem(instruction);
}
