/** How an organisation comes to a push certificate, and how it keeps it. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Link from '@cloudscape-design/components/link';
import TextContent from '@cloudscape-design/components/text-content';
import { useWords } from '../../language/language.tsx';
import { settingsWords } from './settings-words.ts';

/** Of the shell, the same in every language. */
const REQUEST = 'openssl req -new -newkey rsa:2048 -nodes -keyout mdm.key -out mdm.csr -subj "/CN=Your organisation/C=JP"';

export function PushSteps({ open }: { readonly open: boolean }): ReactNode {
  const say = useWords(settingsWords);
  return (
    <ExpandableSection headerText={say.howTo} defaultExpanded={open}>
      <TextContent>
        <ol>
          <li>{say.step1}<br /><code className="breakable">{REQUEST}</code></li>
          <li>{say.step2}</li>
          <li>{say.step3} <Link href="https://identity.apple.com/pushcert" external>{say.openApple}</Link></li>
          <li>{say.step4}</li>
        </ol>
        <Box variant="p">{say.howToRenew}</Box>
      </TextContent>
    </ExpandableSection>
  );
}
