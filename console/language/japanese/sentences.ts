/** All sentences and words of the API in Japanese; loaded where Japanese is spoken. */
import { translator, type Sentences, type Translate } from '../sentences.ts';
import { certificatesSentences } from './certificates.ts';
import { deviceErrorsSentences } from './device-errors.ts';
import { devicesSentences } from './devices.ts';
import { filesSentences } from './files.ts';
import { outcomesSentences } from './outcomes.ts';
import { ownSentences } from './own.ts';
import { packagesSentences } from './packages.ts';
import { placementSentences } from './placement.ts';
import { plansSentences } from './plans.ts';
import { requestsSentences } from './requests.ts';
import { resultsSentences } from './results.ts';
import { storesSentences } from './stores.ts';
import { versionsSentences } from './versions.ts';
import { apiForms, apiWords } from './words.ts';

export const sentences: readonly Sentences[] = [
  certificatesSentences, deviceErrorsSentences, devicesSentences, filesSentences, outcomesSentences, ownSentences, packagesSentences, placementSentences, plansSentences, requestsSentences, resultsSentences, storesSentences, versionsSentences,
  apiForms, apiWords,
];

export const inJapanese: Translate = translator(Object.assign({}, ...sentences) as Sentences);
