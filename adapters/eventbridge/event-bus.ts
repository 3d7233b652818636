import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { EventBus, ProductEvent } from '../../core/result/product-event.ts';
import { encodeProductEvent, EVENT_SOURCE } from '../../protocol/product-event.ts';

/** EventBridge takes ten in one request. */
const MOST = 10;

export function createEventBus({ client, bus }: { readonly client: EventBridgeClient; readonly bus: string }): EventBus {
  return {
    /** 1 request per 10 events. */
    async publish(events) {
      for (let from = 0; from < events.length; from += MOST) {
        const { FailedEntryCount: failed = 0 } = await client.send(new PutEventsCommand({ Entries: events.slice(from, from + MOST).map((event) => entryOf(event, bus)) }));
        // The request succeeds although entries fail: for throttling, for example.
        if (failed > 0) throw new Error(`${failed} events were not taken.`);
      }
    },
  };
}

function entryOf(event: ProductEvent, bus: string): { readonly EventBusName: string; readonly Source: string; readonly DetailType: string; readonly Detail: string; readonly Time: Date } {
  return { EventBusName: bus, Source: EVENT_SOURCE, DetailType: event.type, Detail: encodeProductEvent(event), Time: new Date(event.at) };
}
