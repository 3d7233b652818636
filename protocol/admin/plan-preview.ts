/** What a plan will do, and what it will put on the links of its branches. */
import * as z from 'zod';
import { instant } from './field.ts';
import { branchForecast, MOST_PREVIEWED } from './plan-targets.ts';

const advisedPace = z.object({
  waveSize: z.number().int(),
  intervalMinutes: z.number().int(),
  lastWaveAt: instant,
  endsAt: instant.meta({ description: 'When the last download ends.' }),
  peakShare: z.number().meta({ description: 'The largest share of the link that a minute takes.' }),
}).meta({ id: 'AdvisedPace' });

const advice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('within'), pace: advisedPace.optional() }).meta({ description: 'The budget is kept; with a pace that keeps it too and ends earlier, where there is one.' }),
  z.object({ kind: z.literal('slower'), pace: advisedPace }).meta({ description: 'The pace that keeps the budget and ends first.' }),
  z.object({ kind: z.literal('none'), because: z.enum(['night', 'link']) }).meta({ description: 'No pace keeps it and ends within two weeks: prompts of the night are answered together in the morning, or the link is too small for the package.' }),
]).meta({ id: 'Advice' });

const load = z.object({
  linkMbps: z.number(),
  from: instant,
  stepMinutes: z.number().int().meta({ description: 'Minutes of each entry of `bytes`.' }),
  bytes: z.array(z.number().int()).readonly().meta({ description: 'Expected bytes of each step, from `from` on.' }),
  peakShare: z.number().meta({ description: 'The largest share of the link that a minute takes, 0 to 1.' }),
  peakAt: instant,
  peakLocalTime: z.string(),
  minutesOver: z.number().int().meta({ description: 'Minutes that take more than the budget.' }),
  endsAt: instant.meta({ description: 'When the last download ends.' }),
  bytesLeft: z.number().meta({ description: 'Not through when the forecast ends, two weeks after the last start: the link cannot carry it.' }),
}).meta({ id: 'LinkLoad', description: 'What the downloads are expected to put on the branch\'s link.' });

const budget = z.number().gt(0).max(1).default(0.3).meta({ description: 'Share of every link that the plan may take.' });

export const preview = z.object({
  devices: z.number().int(),
  waves: z.number().int(),
  budget: z.number(),
  startsAt: instant.optional().meta({ description: 'Windows count from here on, where that is not now.' }),
  lastWaveAt: instant.optional(),
  branches: z.array(z.object({
    branchId: z.string(),
    timeZone: z.string(),
    devices: z.number().int(),
    waveSize: z.number().int(),
    intervalMinutes: z.number().int(),
    windows: z.number().int().meta({ description: 'Windows needed; more than one: waves go on in those of following days.' }),
    left: z.number().int().meta({ description: 'Devices for which no window is left.' }),
    finishesAt: instant.optional(),
    waves: z.array(z.object({ seq: z.number().int(), at: instant, localTime: z.string().meta({ description: '`YYYY-MM-DD HH:MM` in the branch\'s zone.' }), size: z.number().int(), canary: z.literal(true).optional().meta({ description: 'Of the first stage.' }) })).readonly(),
    load: load.optional().meta({ description: 'Absent where nothing is downloaded.' }),
    advice: advice.optional().meta({ description: 'For 40 branches at most: those that go over the budget by most, then those that take longest.' }),
  })).readonly(),
  targets: z.array(branchForecast).readonly().optional().meta({ description: `Whom it would instruct and whom not; of a draft for at most ${MOST_PREVIEWED} devices. Of others: POST plans/{id}/targets.` }),
  meets: z.array(z.object({ planId: z.string(), name: z.string(), branches: z.array(z.string()).readonly() })).readonly().optional().meta({ description: 'Of a draft: plans under way for the same app and devices, and where. Its start is refused while they are, unless they are to give way.' }),
}).meta({ id: 'Preview', description: 'An estimate from the devices of each branch now.' });
export type PreviewAnswer = z.infer<typeof preview>;
const at = instant.optional().meta({ description: 'As if it were started for this instant. Of a plan that is started its own start counts.' });
const asStarted = z.boolean().default(false).meta({ description: 'Of a plan that is started: what was to be expected when it was, by the terms and devices that there are now. To be laid beside what happened; of a plan that is not started it says nothing.' });
export const previewRequest = z.strictObject({ budget, at, asStarted }).meta({ id: 'PreviewRequest' });
