/** What was said at the deployment: it is changed there, and nowhere else. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useAnswer } from '../../api/answers.ts';
import { useConsole } from '../../console.ts';
import { useFormats, useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Facts } from '../../parts/facts.tsx';
import { commandsOf } from './commands.ts';
import { HowToChange } from './how-to-change.tsx';
import { installationWords } from './installation-words.ts';

export function Installation(): ReactNode {
  const say = useWords(installationWords);
  const { number } = useFormats();
  const { issuer } = useConsole().settings;
  const answer = useAnswer('getInstallation', {});
  return (
    <Container header={<Header variant="h2" description={say.about}>{say.title}</Header>}>
      <Answered answer={answer}>
        {({ organisation, apiUrl, mdmUrl, edgeUrl, eventBus, notificationTopic, linkGeneration }) => {
          const commands = commandsOf({ issuer, eventBus, notificationTopic, linkGeneration });
          return (
            <SpaceBetween size="m">
              <Facts facts={[
                { label: say.organisation, value: <Explained by={say.organisationAbout}>{organisation}</Explained> },
                { label: say.eventBus, value: <Explained by={say.eventBusAbout}><code className="breakable">{eventBus}</code></Explained> },
                { label: say.topic, value: <Explained by={say.topicAbout}><code className="breakable">{notificationTopic}</code></Explained> },
                { label: say.links, value: <Explained by={say.linksAbout}>{say.generation(number(linkGeneration))}</Explained> },
                { label: say.api, value: <span className="breakable">{apiUrl}</span> },
                { label: say.mdm, value: <span className="breakable">{mdmUrl}</span> },
                { label: say.edge, value: <span className="breakable">{edgeUrl}</span> },
              ]} />
              <HowToChange
                title={say.howTo}
                steps={[
                  { what: say.organisation, command: commands.organisation, more: say.organisationMore },
                  { what: say.topic, command: commands.subscribe, more: say.subscribeMore },
                  { what: say.links, command: commands.linkKeys, more: say.linksMore },
                ]}
              />
            </SpaceBetween>
          );
        }}
      </Answered>
    </Container>
  );
}

function Explained({ by, children }: { readonly by: string; readonly children: ReactNode }): ReactNode {
  return <><div>{children}</div><Box fontSize="body-s" color="text-body-secondary">{by}</Box></>;
}
