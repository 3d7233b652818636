/**
 * A standard queue on the local clock: delays, visibility timeouts, redrive to a dead-letter queue. At least once, in
 * order of becoming visible. Messages and their receive counts survive a kill.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Instant } from '../../core/ambient.ts';
import type { LocalClock, Timer } from '../clock.ts';
import { Journal, type MessageAttribute, type StoredMessage } from './journal.ts';

export interface QueueOptions {
  readonly name: string;
  /** Seconds, as in the template. Default 30. */
  readonly visibilityTimeout?: number;
  /** Seconds. Default 0. */
  readonly delaySeconds?: number;
  /** Seconds. Default 4 days. */
  readonly retention?: number;
  /** Seconds a ReceiveMessage without a wait of its own waits. Default 0. */
  readonly receiveWait?: number;
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly receiveCount: number;
  readonly sentAt: Instant;
  readonly firstReceivedAt: Instant;
  readonly sender: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** Milliseconds; the queue's own delay when absent. */
  readonly delay?: number;
  /** Who sends it, for SenderId. */
  readonly sender?: string;
}

/** What an event source mapping needs of a queue. */
export interface QueueConsumer {
  readonly name: string;
  /** Takes up to `max` visible messages and hides them for `visibility` ms (default: the queue's timeout). */
  receive(max: number, visibility?: number): readonly ReceivedMessage[];
  /** Done with it. False when the handle is none of this queue; a message already gone is no error. */
  delete(receiptHandle: string): boolean;
  /** Visible again after `delay` ms. False when the handle is none or its message is gone or visible already. */
  release(receiptHandle: string, delay: number): boolean;
  /** Calls back whenever messages have become visible. Returns the function that unsubscribes. */
  onArrival(listener: () => void): () => void;
}

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const DAY_SECONDS = 86_400;

export class Queue implements QueueConsumer {
  readonly name: string;
  readonly options: Required<Omit<QueueOptions, 'redrive'>> & Pick<QueueOptions, 'redrive'>;
  readonly #clock: Pick<LocalClock, 'now' | 'at'>;
  readonly #journal: Journal;
  readonly #messages: Map<string, StoredMessage>;
  /** Ids of visible messages, first visible first. */
  readonly #visible = new Set<string>();
  readonly #timers = new Map<string, Timer>();
  readonly #listeners = new Set<() => void>();
  readonly #deadLetters: () => Queue | undefined;

  /** `journalPath` undefined keeps nothing over a restart. */
  constructor(options: QueueOptions, clock: Pick<LocalClock, 'now' | 'at'>, journalPath: string | undefined, deadLetters: () => Queue | undefined) {
    this.name = options.name;
    this.options = { visibilityTimeout: 30, delaySeconds: 0, retention: 4 * DAY_SECONDS, receiveWait: 0, ...options };
    this.#clock = clock;
    this.#deadLetters = deadLetters;
    this.#journal = new Journal(journalPath);
    this.#messages = this.#journal.load();
    for (const message of this.#messages.values()) this.#arrange(message);
  }

  /** Durable when it returns. The new message's id and the MD5 of its body (hex). */
  send(message: NewMessage): { readonly messageId: string; readonly md5OfBody: string } {
    const now = this.#clock.now();
    const stored: StoredMessage = {
      id: randomUUID(),
      body: message.body,
      attributes: message.attributes ?? {},
      sender: message.sender ?? 'local',
      sentAt: now,
      firstReceivedAt: undefined,
      receiveCount: 0,
      visibleAt: now + (message.delay ?? this.options.delaySeconds * 1000),
    };
    this.#accept(stored);
    return { messageId: stored.id, md5OfBody: md5(stored.body) };
  }

  receive(max: number, visibility = this.options.visibilityTimeout * 1000): readonly ReceivedMessage[] {
    const now = this.#clock.now();
    this.#expire(now);
    const taken = [...this.#visible].slice(0, max).flatMap((id) => {
      const message = this.#messages.get(id);
      if (message === undefined) return [];
      return [{ ...message, receiveCount: message.receiveCount + 1, firstReceivedAt: message.firstReceivedAt ?? now, visibleAt: now + visibility }];
    });
    this.#journal.changed(...taken);
    for (const message of taken) {
      this.#messages.set(message.id, message);
      this.#visible.delete(message.id);
      this.#arrange(message);
    }
    return taken.map((message) => ({
      messageId: message.id,
      receiptHandle: Buffer.from(`${this.name} ${message.id} ${String(message.receiveCount)}`).toString('base64url'),
      body: message.body,
      md5OfBody: md5(message.body),
      receiveCount: message.receiveCount,
      sentAt: message.sentAt,
      firstReceivedAt: message.firstReceivedAt,
      sender: message.sender,
      messageAttributes: message.attributes,
    }));
  }

  delete(receiptHandle: string): boolean {
    const receipt = this.#read(receiptHandle);
    if (receipt === undefined) return false;
    if (this.#messages.has(receipt.id)) this.#drop(receipt.id);
    return true;
  }

  release(receiptHandle: string, delay: number): boolean {
    const receipt = this.#read(receiptHandle);
    const message = receipt === undefined ? undefined : this.#messages.get(receipt.id);
    // An old handle must not take the message away from who holds it now.
    if (message === undefined || message.receiveCount !== receipt?.count || this.#visible.has(message.id)) return false;
    const released: StoredMessage = { ...message, visibleAt: this.#clock.now() + delay };
    this.#journal.changed(released);
    this.#messages.set(released.id, released);
    this.#arrange(released);
    return true;
  }

  onArrival(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  counts(): QueueCounts {
    this.#expire(this.#clock.now());
    const hidden = [...this.#messages.values()].filter((message) => !this.#visible.has(message.id));
    const delayed = hidden.filter((message) => message.receiveCount === 0).length;
    return { visible: this.#visible.size, inFlight: hidden.length - delayed, delayed };
  }

  /** Stops its timers; the messages stay on disk. */
  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#listeners.clear();
  }

  #accept(message: StoredMessage): void {
    this.#journal.put(message);
    this.#messages.set(message.id, message);
    this.#arrange(message);
  }

  /** Puts the message among the visible ones, or sets its timer. */
  #arrange(message: StoredMessage): void {
    this.#timers.get(message.id)?.cancel();
    this.#timers.delete(message.id);
    if (message.visibleAt > this.#clock.now()) {
      this.#timers.set(message.id, this.#clock.at(message.visibleAt, () => { this.#arrange(message); }));
      return;
    }
    const { redrive } = this.options;
    const deadLetters = redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount ? this.#deadLetters() : undefined;
    if (deadLetters !== undefined) {
      // In this order a kill in between gives two messages, not none.
      deadLetters.#accept({ ...message, receiveCount: 0, firstReceivedAt: undefined });
      this.#drop(message.id);
      return;
    }
    this.#visible.add(message.id);
    for (const listener of this.#listeners) listener();
  }

  #drop(id: string): void {
    this.#journal.deleted(id);
    this.#messages.delete(id);
    this.#visible.delete(id);
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
    this.#journal.compact(this.#messages);
  }

  /** Looked at when somebody asks: a timer of days would be one for the clock to jump to. */
  #expire(now: Instant): void {
    for (const message of this.#messages.values()) {
      // In order of sending but for dead letters, which keep their date.
      if (message.sentAt + this.options.retention * 1000 <= now) this.#drop(message.id);
    }
  }

  #read(receiptHandle: string): { readonly id: string; readonly count: number } | undefined {
    const [name, id, count] = Buffer.from(receiptHandle, 'base64url').toString('utf8').split(' ');
    return name === this.name && id !== undefined && count !== undefined ? { id, count: Number(count) } : undefined;
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
