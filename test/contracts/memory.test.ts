import { memoryWorld } from '../support/memory/world.ts';
import { everyStoreContract } from './every-store.ts';

everyStoreContract(() => Promise.resolve(memoryWorld()));
