/**
 * A queue's messages on disk: a log of what happened to them, one JSON line each, appended before anything is
 * acknowledged, and rewritten when most of it is history.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Instant } from '../../core/ambient.ts';

export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  /** As they came in the request (`{ name: { DataType, StringValue } }`). */
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sender: string;
  readonly sentAt: Instant;
  readonly firstReceivedAt: Instant | undefined;
  readonly receiveCount: number;
  /** From when on it can be received. */
  readonly visibleAt: Instant;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

/** `put`: the message is now this (new or changed). `delete`: it is gone. */
type Entry = { readonly put: StoredMessage } | { readonly changed: Pick<StoredMessage, 'id' | 'firstReceivedAt' | 'receiveCount' | 'visibleAt'> } | { readonly deleted: string };

const WORTH_COMPACTING = 1_000;

export class Journal {
  readonly #path: string | undefined;
  #lines = 0;

  /** `path` undefined keeps nothing. */
  constructor(path: string | undefined) {
    this.#path = path;
    if (path !== undefined) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }

  /** The messages as they were, in the order of their sending. A last line cut short by a crash was not acknowledged. */
  load(): Map<string, StoredMessage> {
    const messages = new Map<string, StoredMessage>();
    if (this.#path === undefined || !existsSync(this.#path)) return messages;
    const text = readFileSync(this.#path, 'utf8');
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) if (line !== '') replay(messages, JSON.parse(line) as Entry);
    // Also drops the cut line: an append behind it would be lost.
    this.#rewrite(messages);
    return messages;
  }

  put(...messages: readonly StoredMessage[]): void {
    this.#append(messages.map((put) => ({ put })));
  }

  changed(...messages: readonly StoredMessage[]): void {
    this.#append(messages.map(({ id, firstReceivedAt, receiveCount, visibleAt }) => ({ changed: { id, firstReceivedAt, receiveCount, visibleAt } })));
  }

  deleted(id: string): void {
    this.#append([{ deleted: id }]);
  }

  /** Rewrites the log when it is mostly history. */
  compact(live: ReadonlyMap<string, StoredMessage>): void {
    if (this.#lines > WORTH_COMPACTING && this.#lines > live.size * 4) this.#rewrite(live);
  }

  #append(entries: readonly Entry[]): void {
    if (this.#path === undefined || entries.length === 0) return;
    appendFileSync(this.#path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
    this.#lines += entries.length;
  }

  #rewrite(live: ReadonlyMap<string, StoredMessage>): void {
    if (this.#path === undefined) return;
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, [...live.values()].map((put) => `${JSON.stringify({ put })}\n`).join(''), { mode: 0o600 });
    renameSync(temporary, this.#path);
    this.#lines = live.size;
  }
}

function replay(messages: Map<string, StoredMessage>, entry: Entry): void {
  if ('put' in entry) {
    messages.set(entry.put.id, entry.put);
  } else if ('deleted' in entry) {
    messages.delete(entry.deleted);
  } else {
    const before = messages.get(entry.changed.id);
    if (before !== undefined) messages.set(before.id, { ...before, ...entry.changed });
  }
}
