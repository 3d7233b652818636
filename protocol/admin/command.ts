/** Commands by hand, and devices' queues, in the administrators' API. */
import * as z from 'zod';
import { instant, pageOf, paging, reason } from './field.ts';
import { operation } from './operation.ts';

export const commandRequest = z.looseObject({
  requestType: z.string().regex(/^[A-Za-z]{1,64}$/, 'Apple\'s name of a command, for example ProfileList'),
}).meta({
  id: 'CommandRequest', example: { requestType: 'ProfileList', ManagedOnly: true },
  description: 'Apple\'s RequestType, and the command\'s keys beside it as Apple names them: texts, numbers, booleans, lists and dictionaries as they are, data as `{"$data": "base64"}`, dates as `{"$date": "2026-11-25T10:00:00Z"}`; at most 128 KB.',
});

export const commandSent = z.object({ commandUUID: z.string(), expiresAt: instant }).meta({ id: 'CommandSent', description: 'It waits in the device\'s queue, and the device has been woken.' });

const state = z.enum(['waiting', 'handed-out', 'not-now', 'acknowledged', 'failed', 'expired', 'withdrawn']).meta({
  description: '`handed-out`: the device has it and has not reported; `not-now`: it put it off, and is asked again; `withdrawn`: the queue was emptied, or the device enrolled again or left.',
});

export const queuedCommand = z.object({
  commandUUID: z.string(),
  requestType: z.string(),
  state,
  queuedAt: instant,
  expiresAt: instant.meta({ description: 'It is not handed out after this.' }),
  handedAt: instant.optional(),
  notNowAt: instant.optional(),
  tries: z.number().int().optional().meta({ description: 'How often the device failed at it for a passing reason.' }),
  requestedBy: z.string().optional().meta({ description: 'Who sent it; absent where an instruction or the system did.' }),
  waveId: z.string().optional().meta({ description: 'The wave of the instruction that it carries out.' }),
}).meta({ id: 'QueuedCommand' });

export const commandQueue = pageOf(queuedCommand);

export const commandOutcome = z.object({
  commandUUID: z.string(),
  deviceId: z.string(),
  requestType: z.string(),
  requestedBy: z.string(),
  state,
  queuedAt: instant,
  expiresAt: instant,
  handedAt: instant.optional(),
  notNowAt: instant.optional(),
  reportedAt: instant.optional(),
  reason: reason.optional().meta({ description: 'Where it failed: in plain words, with the device\'s own codes.' }),
  answerLink: z.string().optional().meta({ description: 'Downloads the device\'s answer, a property list, just as it came; it carries its own permission. Answers are kept for 90 days.' }),
  answerLinkExpiresAt: instant.optional(),
}).meta({ id: 'CommandOutcome' });

export const queueCleared = z.object({
  withdrawn: z.number().int().meta({ description: 'Commands that are gone.' }),
  cancelled: z.number().int().meta({ description: 'Instructions whose command is gone with them.' }),
  kept: z.number().int().meta({ description: 'Commands that the device has already: its reports are awaited.' }),
}).meta({ id: 'QueueCleared' });

export const commandOperations = {
  sendCommand: operation('devices', 'POST', 'devices/{id}/commands', { role: 'admin', summary: 'Sends a device any command that the enrolment profile\'s rights allow.', body: commandRequest, answer: commandSent }),
  listCommands: operation('devices', 'GET', 'devices/{id}/commands', { summary: 'What waits for a device, in order.', query: paging, answer: commandQueue }),
  clearCommands: operation('devices', 'DELETE', 'devices/{id}/commands', { role: 'admin', summary: 'Withdraws what a device has not been given yet; instructions that lose their command are cancelled.', answer: queueCleared }),
  unenrolDevice: operation('devices', 'POST', 'devices/{id}/unenrol', { role: 'admin', summary: 'Tells a device to remove the management profile: it leaves, and managed apps go with it.', answer: commandSent }),
  getCommand: operation('devices', 'GET', 'commands/{id}', { role: 'operator', summary: 'What became of a command that was sent by hand.', answer: commandOutcome }),
};
