/** Time and log of a function: the machine's clock, and JSON lines that CloudWatch understands. */
import { Logger as Powertools } from '@aws-lambda-powertools/logger';
import type { Clock, LogFields, Logger } from '../core/ambient.ts';

export const clock: Clock = { now: () => Date.now() };

const powertools = new Powertools({ serviceName: 'wavecast' });
const write = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields: LogFields = {}): void => {
  powertools[level](message, { ...fields });
};

export const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
