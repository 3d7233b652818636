/** How the installation is set up, in the administrators' API: what was said at its deployment, and no secret. */
import * as z from 'zod';
import { operation } from './operation.ts';

export const installation = z.object({
  organisation: z.string().meta({ description: 'Named in the prompt that an app is to be installed, and in enrolment profiles. The parameter `Organisation` of the service stack.' }),
  apiUrl: z.string().meta({ description: 'Where people, programs and devices that enrol come.' }),
  mdmUrl: z.string().meta({ description: 'Where enrolled devices come.' }),
  edgeUrl: z.string().meta({ description: 'Where packages are fetched.' }),
  eventBus: z.string().meta({ description: 'Name of the EventBridge bus to which everything goes that happens to plans.' }),
  notificationTopic: z.string().meta({ description: 'ARN of the SNS topic that tells the same to people and programs that subscribe to it.' }),
  linkGeneration: z.number().int().meta({ description: 'Generation of the keys by which download links are signed: the setting `linkKeys`.' }),
}).meta({ id: 'Installation' });
export type Installation = Readonly<z.infer<typeof installation>>;

export const installationOperations = {
  getInstallation: operation('records', 'GET', 'installation', { summary: 'How the installation is set up: what was said at its deployment.', answer: installation }),
};
