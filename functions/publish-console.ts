/** CloudFormation custom resource: the web console's files, its settings and its document, put where they are served. */
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { publishSite, type PackagedFile } from '../core/site.ts';
import { consoleSettings } from '../protocol/admin/console-settings.ts';
import { withNeighbours } from '../protocol/console-document.ts';
import { answerCloudFormation } from './custom-resource.ts';
import { consoleSite, filesOrigin } from './services.ts';

export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  await answerCloudFormation(event, { physicalId: 'wavecast-console', failure: 'the console was not published' }, async () => {
    // Its bucket is kept, as all are: a console without an installation says that nobody answers.
    if (event.RequestType === 'Delete') return {};
    const { files, site } = consoleSite();
    return { Published: String(await publishSite(site, madeFor(event.ResourceProperties, files))) };
  });
}

/** The files of every installation, and what is this one's own. */
async function* madeFor(properties: Readonly<Record<string, unknown>>, files: AsyncIterable<PackagedFile>): AsyncGenerator<PackagedFile, undefined> {
  const { ApiUrl: apiUrl, Issuer: issuer, SignInUrl: signInUrl, ClientId: clientId, Scope: scope } = properties;
  const settings = consoleSettings.parse({ apiUrl, issuer, clientId, scope });
  const neighbours = { ask: [settings.apiUrl, settings.issuer, String(signInUrl)], files: await filesOrigin() };
  yield { path: 'config.json', bytes: Buffer.from(JSON.stringify(settings)) };
  for await (const file of files) yield file.path === 'index.html' ? { ...file, bytes: Buffer.from(withNeighbours(Buffer.from(file.bytes).toString('utf8'), neighbours)) } : file;
  return undefined;
}
