/** What the log says, word for word, where an alarm counts it (infra/constructs/alarms.ts). */
export const logEvents = {
  /** A device of ours reported something that cannot be decoded; the report is kept. */
  unreadableReport: 'a report could not be decoded',
} as const;
