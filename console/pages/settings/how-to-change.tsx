/** What is changed by a command, and nowhere in the console: which, to be copied. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import { installationWords } from './installation-words.ts';

export interface HowToChangeProps {
  readonly title: string;
  readonly steps: readonly { readonly what: string; readonly command: string; readonly more?: string }[];
}

export function HowToChange({ title, steps }: HowToChangeProps): ReactNode {
  const say = useWords(installationWords);
  return (
    <ExpandableSection headerText={title}>
      <SpaceBetween size="m">
        <Box variant="p">{say.whereToType}</Box>
        {steps.map(({ what, command, more }) => (
          <div key={what}>
            <Box variant="strong">{what}</Box>
            <div className="command"><code className="breakable">{command}</code><CopyToClipboard variant="icon" textToCopy={command} copyButtonAriaLabel={`${say.copy}: ${what}`} copySuccessText={say.copied} copyErrorText={say.notCopied} /></div>
            {more === undefined ? null : <Box fontSize="body-s" color="text-body-secondary">{more}</Box>}
          </div>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}
