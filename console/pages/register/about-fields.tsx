/** What a file must be, and what users see: all of it may be left out. */
import type { ReactNode } from 'react';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import { registerWords } from './register-words.ts';
import type { About } from './upload/use-upload.ts';

const fields = ['bundleId', 'version', 'title', 'description'] as const;
export type Said = Readonly<Record<(typeof fields)[number], string>>;
export const nothingSaid: Said = { bundleId: '', version: '', title: '', description: '' };

/** Fields that were left empty are not sent. */
export function aboutOf(said: Said): About {
  return Object.fromEntries(fields.flatMap((field) => (said[field].trim() === '' ? [] : [[field, said[field].trim()]])));
}

/** `before`: a field of the form's own, in front of these. */
export function AboutFields({ said, setSaid, before }: { readonly said: Said; readonly setSaid: (said: Said) => void; readonly before?: ReactNode }): ReactNode {
  const say = useWords(registerWords);
  const lines = [
    { name: 'bundleId', label: say.bundleId, about: say.bundleIdAbout }, { name: 'version', label: say.version, about: say.bundleIdAbout },
    { name: 'title', label: say.userTitle, about: say.userTitleAbout }, { name: 'description', label: say.description, about: say.descriptionAbout },
  ] as const;
  return (
    <ExpandableSection headerText={say.more}>
      <SpaceBetween size="m">
        {before}
        {lines.map(({ name, label, about }) => (
          <FormField key={name} label={label} description={about}>
            <Input value={said[name]} onChange={({ detail }) => { setSaid({ ...said, [name]: detail.value }); }} />
          </FormField>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}
