/** How somebody comes to a role, where the sign-in service is Cognito: the console gives none. */
import type { ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import { useAnswer } from '../../api/answers.ts';
import { useConsole } from '../../console.ts';
import { useWords } from '../../language/language.tsx';
import { Answered } from '../../parts/answered.tsx';
import { commandsOf } from './commands.ts';
import { HowToChange } from './how-to-change.tsx';
import { installationWords } from './installation-words.ts';

export function People(): ReactNode {
  const say = useWords(installationWords);
  const { issuer } = useConsole().settings;
  const answer = useAnswer('getInstallation', {});
  return (
    <Answered answer={answer}>
      {(installation) => {
        const { addPerson, giveRole, takeRole } = commandsOf({ issuer, ...installation });
        return <Container><HowToChange title={say.peopleHow} steps={[{ what: say.addPerson, command: addPerson }, { what: say.giveRole, command: giveRole, more: say.roleMore }, { what: say.takeRole, command: takeRole, more: say.roleMore }]} /></Container>;
      }}
    </Answered>
  );
}
